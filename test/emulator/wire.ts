import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/startEmulator.js';

export const STREAM = '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse';
export const LIST = '/v1beta/models/gemini-2.5-flash:streamGenerateContent';
export const WHOLE = '/v1beta/models/gemini-2.5-flash:generateContent';

/** A request's body with one turn of the user. */
export const ask = (text: string, more: object = {}): object => ({
  contents: [{ role: 'user', parts: [{ text }] }],
  ...more,
});

/** An emulator for one test; it holds the process, so that its handles are listed. */
export async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ ref: true, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Posts a request with `fetch`. */
export function post(emulator: Emulator, path = STREAM, body: unknown = ask('Hello'), init: RequestInit = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(emulator.url + path, { method: 'POST', body: text, ...init });
}

/** The values of a body's `data:` lines. */
export function dataOf(body: string): unknown[] {
  return [...body.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as unknown);
}

/** The text of a chunk, or of several. */
export function textOf(chunks: unknown): string {
  return [...JSON.stringify(chunks).matchAll(/"text":("(?:[^"\\]|\\.)*")/g)]
    .map(([, text = '""']) => JSON.parse(text) as string)
    .join('');
}

/** The bytes of a connection. */
export interface Wire {
  readonly head: string;
  /** The body without HTTP's own framing. */
  readonly body: string;
  /** The writes of the emulator, in order. */
  readonly packets: readonly string[];
  /** The reads of the client, in order, with HTTP's framing. */
  readonly reads: readonly string[];
  /** Whether the HTTP response came to its proper end. */
  readonly isWhole: boolean;
  /** The end of the connection: a FIN, or an error's code. */
  readonly end: string;
}

/** Posts a request over a bare socket for the test to read. */
export function hold(emulator: Emulator, path = STREAM): Socket {
  const { hostname, port } = new URL(emulator.url);
  const json = JSON.stringify(ask('Hello'));
  const socket = connect({ host: hostname, port: Number(port) });
  onTestFinished(() => void socket.destroy());
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${json.length}\r\n\r\n${json}`);
  return socket;
}

/** Posts a request over a bare socket and reads until the connection ends. */
export async function postRaw(emulator: Emulator, path = STREAM, body: object = ask('Hello')): Promise<Wire> {
  const { hostname, port } = new URL(emulator.url);
  const json = JSON.stringify(body);
  const socket = connect({ host: hostname, port: Number(port) });
  const reads: Buffer[] = [];
  const end = await new Promise<string>((resolve) => {
    socket.on('data', (read) => reads.push(read));
    socket.on('end', () => {
      resolve('FIN');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(json)}`);
    socket.write(`\r\n\r\n${json}`);
  });
  socket.destroy();
  const all = Buffer.concat(reads);
  const bodyAt = all.indexOf('\r\n\r\n') + 4;
  const { packets, isWhole } = unframe(all.subarray(bodyAt));
  return {
    head: all.subarray(0, bodyAt).toString(),
    body: Buffer.concat(packets).toString(),
    packets: packets.map(String),
    reads: reads.map(String),
    isWhole,
    end,
  };
}

/** Takes `Transfer-Encoding: chunked` apart. */
function unframe(framed: Buffer): { packets: Buffer[]; isWhole: boolean } {
  const packets: Buffer[] = [];
  for (let at = 0; at < framed.length;) {
    const lineEnd = framed.indexOf('\r\n', at);
    const size = parseInt(framed.subarray(at, lineEnd).toString(), 16);
    if (size === 0) return { packets, isWhole: true };
    packets.push(framed.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return { packets, isWhole: false };
}

/** Lets the event loop turn until a condition holds: no time is waited for, and the test's timeout is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Lets the event loop turn: whatever could happen without a timer has happened after some of these. */
export async function turns(count = 50): Promise<void> {
  for (let i = 0; i < count; i += 1) await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
