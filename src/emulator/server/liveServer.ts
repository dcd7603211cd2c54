import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { LiveHandles } from '../../live/liveHandles.js';
import { LivePlayer, openLiveRecord } from '../../live/livePlayer.js';
import type { LiveScripts } from '../../live/liveScript.js';
import { liveScriptFor } from '../../live/liveScriptFor.js';
import { steadyNow } from '../../rx/clock.js';
import type { EmulatorLiveConnection } from '../live/emulatorLiveConnection.js';
import { liveRouteOf } from '../live/liveRoute.js';
import { type AllowedOrigins, isAllowedOrigin } from './cors.js';
import { SocketTransport } from './socketTransport.js';
import { openWebSocketServer, type UpgradeHandler } from './webSocketServer.js';

/** The emulator's side of the Live API: answers upgrades to WebSockets. */
export class LiveServer {
  readonly connections: EmulatorLiveConnection[] = [];
  readonly #scripts: LiveScripts;
  readonly #origins: AllowedOrigins;
  readonly #handles = new LiveHandles();
  readonly #open = new Set<LivePlayer>();
  #webSockets: Promise<UpgradeHandler> | undefined;
  #count = 0;

  constructor(scripts: LiveScripts, origins: AllowedOrigins) {
    this.#scripts = scripts;
    this.#origins = origins;
  }

  /** Answers a request to upgrade. */
  async upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    // The error of a socket that breaks; its `close` follows.
    socket.on('error', () => undefined);
    const { url: path = '/', headers } = incoming;
    const route = liveRouteOf(path);
    if (!route) {
      refuse(socket, 404);
      return;
    }
    const index = this.#count++;
    const { record, settle } = openLiveRecord(index);
    const entries = Object.entries(headers).map(([name, value = '']) => [name, String(value)] as const);
    const connection = Object.assign(record, { path, headers: Object.fromEntries(entries) });
    this.connections.push(connection);
    const script = liveScriptFor(this.#scripts, index);
    const transport = new SocketTransport(socket);
    const player = new LivePlayer(connection, script, this.#handles, transport);
    this.#open.add(player);
    transport.onClose((code, reason) => {
      player.end('client', code, reason);
      this.#open.delete(player);
      record.closedAt = steadyNow();
      settle();
    });
    const status = this.#refusal(incoming, typeof script === 'function' ? undefined : script.refuse);
    if (status !== undefined) {
      record.refused = status;
      player.end('server', 1006, '');
      refuse(socket, status);
      return;
    }
    const webSockets = await (this.#webSockets ??= openWebSocketServer());
    webSockets.handleUpgrade(incoming, socket, head, (webSocket) => {
      transport.attach(webSocket, player);
    });
  }

  /** Ends all connections from this side, before their sockets are destroyed. */
  end(): void {
    for (const player of this.#open) player.end(undefined, 1006, '');
  }

  #refusal({ headers }: IncomingMessage, status: number | undefined): number | undefined {
    const { origin } = headers;
    return origin !== undefined && !isAllowedOrigin(origin, this.#origins) ? 403 : status;
  }
}

function refuse(socket: Socket, status: number): void {
  const reason = STATUS_CODES[status] ?? '';
  socket.end(`HTTP/1.1 ${String(status)} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
