import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The part of a `WebSocket` of the package `ws` that the emulator uses. */
export interface ServerWebSocket {
  send(data: string | Uint8Array, options: { binary: boolean }, done?: (error?: Error) => void): void;
  close(code: number, reason: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'close', listener: (code: number, reason: Buffer) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

/** The part of a `WebSocketServer` of the package `ws` that the emulator uses. */
export interface UpgradeHandler {
  handleUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: ServerWebSocket) => void): void;
}

/**
 * Makes the server side of WebSockets, from the optional package `ws`, which is imported when the first client of the
 * Live API connects.
 *
 * @throws Error - If the package is not installed.
 */
export async function openWebSocketServer(): Promise<UpgradeHandler> {
  const { WebSocketServer } = await importWs();
  return new WebSocketServer({ noServer: true, maxPayload: 0, perMessageDeflate: false });
}

async function importWs() {
  try {
    return (await import('ws')) as unknown as { WebSocketServer: new (options: object) => UpgradeHandler };
  } catch (cause) {
    throw new Error('The emulator needs the package `ws` for the Live API: npm install ws', { cause });
  }
}
