import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { GoogleGenAI } from '@google/genai';
import { onTestFinished, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { LiveInput } from '../../src/live/liveInput.js';
import type { LiveMessage } from '../../src/live/liveMessage.js';

/** A connection, as the server sees it. */
export interface LivePeer {
  readonly socket: WebSocket;
  /** The number of the connection, from 0. */
  readonly index: number;
  /** The path and the query of the request. */
  readonly url: string;
  /** The setup of the client, once it has come. */
  readonly setup: { readonly sessionResumption?: { readonly handle?: string } } | undefined;
  /** The inputs so far. */
  readonly inputs: readonly LiveInput[];
  /** The code of the close; undefined while the connection is open. */
  readonly code: number | undefined;
  /** Resolves with the code of the close. */
  readonly closed: Promise<number>;
  /** Sends messages, each in a frame of its own. */
  say(...messages: readonly (LiveMessage | object)[]): void;
}

/** What a server does. */
export interface LiveServerScript {
  /** Called when the setup of a client has come; the default answers it. */
  readonly onSetup?: (peer: LivePeer) => unknown;
  /** Called for each input. */
  readonly onInput?: (input: LiveInput, peer: LivePeer) => unknown;
  /** Takes the place of the WebSocket server. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex) => unknown;
}

export interface LiveServer {
  readonly url: string;
  /** A client of the SDK. */
  readonly ai: GoogleGenAI;
  readonly peers: readonly LivePeer[];
  /** The TCP connections that are open. */
  readonly sockets: ReadonlySet<Duplex>;
  /** Resolves with a connection, once it was opened. */
  peer(index: number): Promise<LivePeer>;
}

export const setUp = { setupComplete: { sessionId: 's' } };
export const handle = (newHandle: string) => ({ sessionResumptionUpdate: { newHandle, resumable: true } });
export const speech = (text: string) => ({ serverContent: { modelTurn: { parts: [{ text }] } } });
export const turnComplete = { serverContent: { turnComplete: true } };
export const goAway = (timeLeft: string) => ({ goAway: { timeLeft } });

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A promise, and the function that resolves it. */
export function signal(): [done: Promise<void>, resolve: () => void] {
  let resolve: () => void;
  const done = new Promise<void>((settle) => (resolve = settle));
  return [done, () => resolve()];
}

/** Waits until a check holds, which a busy machine may delay. */
export function eventually(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: 9_000, interval: 5 });
}

/** Starts a server of the Live API that only does as it is told; ends with the test. */
export async function startLiveServer(script: LiveServerScript = {}): Promise<LiveServer> {
  const { onSetup = (peer: LivePeer) => peer.say(setUp), onInput, onUpgrade } = script;
  const peers: LivePeer[] = [];
  const waiting = new Map<number, (peer: LivePeer) => void>();
  const sockets = new Set<Duplex>();
  const server = createServer();
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  const accept = (socket: WebSocket, { url = '' }: IncomingMessage) => {
    const inputs: LiveInput[] = [];
    const peer: Mutable<LivePeer> = {
      socket,
      index: peers.length,
      url,
      setup: undefined,
      inputs,
      code: undefined,
      closed: once(socket, 'close').then(([code]) => (peer.code = code as number)),
      say(...messages: readonly object[]) {
        for (const message of messages) socket.send(Buffer.from(JSON.stringify(message)));
      },
    };
    peers.push(peer);
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as LiveInput & { readonly setup?: object };
      if (message.setup) {
        peer.setup = message.setup;
        onSetup(peer);
      } else {
        inputs.push(message);
        onInput?.(message, peer);
      }
    });
    waiting.get(peer.index)?.(peer);
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    if (onUpgrade) onUpgrade(request, socket);
    else webSockets.handleUpgrade(request, socket, head, accept);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    ai: new GoogleGenAI({ apiKey: 'test-key', httpOptions: { baseUrl: url } }),
    peers,
    sockets,
    peer: (index) =>
      new Promise((resolve) => {
        const present = peers[index];
        if (present) resolve(present);
        else waiting.set(index, resolve);
      }),
  };
}
