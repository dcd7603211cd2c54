import { GoogleGenAI } from '@google/genai';
import { onTestFinished } from 'vitest';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { params } from '../support/emulate.js';

/** The nightly run sets `FAULTS_RUNS=20`: so many times the runs of a normal one, and the time for them. */
const factor = Number(process.env['FAULTS_RUNS'] ?? 1);

/** The number of runs of a property, and the time that they may take. */
export function nightly(numRuns: number): { readonly numRuns: number; readonly time: number } {
  return { numRuns: Math.ceil(numRuns * factor), time: 20_000 * Math.max(1, factor) };
}

const ai = new GoogleGenAI({ apiKey: 'test-key' });

/** A reply that is read off a body without a socket: `fetch` is ours. */
export function fromFetch(fetch: typeof globalThis.fetch) {
  return fromGemini(ai, { ...params, config: { httpOptions: { fetch } } });
}

/** A reply whose body is this one. */
export function fromBody(body: BodyInit) {
  return fromFetch(() => Promise.resolve(new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })));
}

/** A body in packets of these sizes, over and over. */
export function inPackets(bytes: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> {
  let at = 0;
  let packet = 0;
  return new ReadableStream({
    pull(controller) {
      const size = sizes[packet++ % sizes.length] ?? bytes.length;
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + size));
      at += size;
      if (at >= bytes.length) controller.close();
    },
  });
}

/** One event of a stream. */
export function eventOf(response: unknown): string {
  return `data: ${JSON.stringify(response)}\n\n`;
}

/** A response that says a text, and is the last one where it has a reason to finish. */
export function saying(text: string, finishReason?: string): object {
  return { candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0, finishReason }] };
}

/** The complaints of the process during a test: unhandled rejections, warnings. */
export function complaints(): readonly unknown[] {
  const heard: unknown[] = [];
  const hear = (complaint: unknown) => {
    heard.push(complaint);
  };
  process.on('unhandledRejection', hear).on('warning', hear);
  onTestFinished(() => {
    process.off('unhandledRejection', hear).off('warning', hear);
  });
  return heard;
}

/** Some turns of the event loop, for late events. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
