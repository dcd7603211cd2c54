import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { LiveHandles } from '../../live/script/liveHandles.js';
import { LivePlayer } from '../../live/script/livePlayer.js';
import { openLiveRecord } from '../../live/script/liveRecord.js';
import type { LiveScripts } from '../../live/script/liveScript.js';
import { liveScriptFor } from '../../live/script/liveScriptFor.js';
import type { EmulatorLiveConnection } from '../live/emulatorLiveConnection.js';
import type { LiveAccess } from '../live/liveAccess.js';
import { liveRouteOf } from '../live/liveRoute.js';
import { type AllowedOrigins, isAllowedOrigin } from './cors.js';
import { headOfIncoming } from './headOfIncoming.js';
import { SocketTransport } from './socketTransport.js';
import { openWebSocketServer, type UpgradeHandler } from './webSocketServer.js';

/** The options by which the Live API is answered. */
export interface LiveServerOptions {
  readonly scripts: LiveScripts;
  readonly origins: AllowedOrigins;
  readonly history: number;
  readonly access: LiveAccess;
}

/** The emulator's side of the Live API: answers the requests to upgrade to a WebSocket. */
export class LiveServer {
  readonly connections: EmulatorLiveConnection[] = [];
  readonly #options: LiveServerOptions;
  readonly #handles = new LiveHandles();
  readonly #open = new Set<LivePlayer>();
  #webSockets: Promise<UpgradeHandler> | undefined;
  #count = 0;

  constructor(options: LiveServerOptions) {
    this.#options = options;
  }

  /** Loads the package `ws`. Rejects if it is not installed. */
  load(): Promise<UpgradeHandler> {
    return (this.#webSockets ??= openWebSocketServer());
  }

  /** Answers a request to upgrade to a WebSocket. */
  async upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    // A socket that breaks emits `error`, and then `close`, which is handled.
    socket.on('error', () => undefined);
    const { path, headers } = headOfIncoming(incoming);
    const route = liveRouteOf(path);
    if (!route) {
      refuse(socket, 404);
      return;
    }
    const { scripts, origins, access } = this.#options;
    const opened = openLiveRecord(this.#count);
    const { record } = opened;
    const script = liveScriptFor(scripts, this.#count);
    this.#count += 1;
    this.#keep(Object.assign(record, { path, headers }));
    const transport = new SocketTransport(socket);
    const visit = access.visit(route, headers);
    const player: LivePlayer = new LivePlayer(
      record,
      { script, handles: this.#handles, refusalOf: (setup) => visit.refusalOf(setup, player) },
      transport,
    );
    this.#open.add(player);
    transport.onClose((code, reason) => {
      this.#open.delete(player);
      player.end('client', code, reason);
      opened.settle();
    });

    const refuseWith = (status: number, sentence?: string) => {
      record.refused = status;
      player.end('server', 1006, '');
      refuse(socket, status, sentence);
    };
    const { origin } = headers;
    if (origin !== undefined && !isAllowedOrigin(origin, origins)) refuseWith(403);
    else if (typeof script !== 'function' && script.refuse !== undefined) refuseWith(script.refuse);
    else if (visit.isUnauthorized) refuseWith(401);
    else {
      try {
        const webSockets = await this.load();
        webSockets.handleUpgrade(incoming, socket, head, (webSocket) => {
          transport.attach(webSocket, player);
        });
      } catch (cause) {
        const { message } = cause as Error;
        process.emitWarning(message);
        refuseWith(501, message);
      }
    }
  }

  /** Ends all scripts from this side, before the sockets are destroyed. */
  end(): void {
    for (const player of this.#open) player.end(undefined, 1006, '');
  }

  #keep(connection: EmulatorLiveConnection): void {
    this.connections.push(connection);
    if (this.connections.length > this.#options.history) this.connections.shift();
  }
}

function refuse(socket: Socket, status: number, sentence = ''): void {
  const lines = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=UTF-8',
    `Content-Length: ${String(Buffer.byteLength(sentence))}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${sentence}`);
}
