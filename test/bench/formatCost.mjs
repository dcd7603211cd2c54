// What it costs to send a reply in the format of a front end: from a chunk to the bytes of its events. Beside it, the
// AI SDK's own `toUIMessageStream` over the same deltas. The reader takes each event before the next chunk comes, so
// that nothing is merged.
import { existsSync, readFileSync } from 'node:fs';
import { Subject } from 'rxjs';
import { toSseResponse } from 'rxjs-gemini';
import { agUiEvents } from 'rxjs-gemini/ag-ui';
import { uiMessageStream } from 'rxjs-gemini/ai-sdk';
import { chunk } from 'rxjs-gemini/testing';
import { median } from './median.mjs';

const clients = new URL('../clients/node_modules/', import.meta.url);
const count = 10_000;
const warmUps = 2;
const deltas = Array.from({ length: count }, (_, index) => `word ${index % 1_000} `);
const chunks = deltas.map((delta) => chunk(delta));

/** Ways to send a reply, each a function that returns the body and how to put in each delta. */
const ours = {
  "our own format, 'chunk'": () => ofSink({}),
  'uiMessageStream()': () => ofSink({ format: uiMessageStream() }),
  'agUiEvents()': () =>
    ofSink({ format: agUiEvents({ threadId: 't', runId: 'r', messages: [], tools: [], context: [] }) }),
};

/** Rows of `{ way, 'µs a chunk', 'events a second', 'x of the AI SDK' }`. */
export async function formatCost({ rounds }) {
  if (!existsSync(clients)) return [{ way: 'not measured: run `npm ci --prefix test/clients`' }];
  const { toUIMessageStream, JsonToSseTransformStream } = await import(new URL('ai/dist/index.js', clients));
  const { version } = JSON.parse(readFileSync(new URL('ai/package.json', clients)));
  const peer = `toUIMessageStream() of ai ${version}`;
  const ways = { [peer]: () => ofAiSdk(toUIMessageStream, JsonToSseTransformStream), ...ours };
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const [way, open] of Object.entries(ways)) {
      const micros = await send(open());
      if (round >= 0) times[way].push(micros);
    }
  }
  return Object.keys(ways).map((way) => ({
    way,
    'µs a chunk': median(times[way]),
    'events a second': Math.round(1e6 / median(times[way])),
    'x of the AI SDK': median(times[way].map((micros, round) => micros / times[peer][round])),
  }));
}

/** Sends the reply, and returns the µs of each delta. */
async function send({ body, put, end }) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const read = async () => {
    const { done, value } = await reader.read();
    if (!done) text += decoder.decode(value);
    return done;
  };
  let wanted = read();
  // The first read subscribes to the source, a few microtasks later.
  await new Promise((resolve) => setImmediate(resolve));
  // Up to the start of the text, so that each delta below is one event.
  for (let index = 0; index < 5 && !text.includes(deltas[0]); index++) {
    if (index === 0) put(0);
    await wanted;
    wanted = read();
  }
  const began = performance.now();
  for (let index = 1; index < count; index++) {
    put(index);
    await wanted;
    wanted = read();
  }
  const micros = ((performance.now() - began) * 1_000) / (count - 1);
  end();
  while (!(await wanted)) wanted = read();
  const missing = deltas.findIndex((delta) => !text.includes(delta.trim()));
  if (missing >= 0) throw new Error(`The delta ${missing} was not sent`);
  return micros;
}

function ofSink(options) {
  const source = new Subject();
  const { body } = toSseResponse(source, { ...options, heartbeat: false });
  return { body, put: (index) => source.next(chunks[index]), end: () => source.complete() };
}

function ofAiSdk(toUIMessageStream, JsonToSseTransformStream) {
  let parts;
  const stream = new ReadableStream({ start: (controller) => void (parts = controller) });
  const put = (part) => parts.enqueue(part);
  put({ type: 'text-start', id: '0' });
  return {
    body: toUIMessageStream({ stream, sendStart: false })
      .pipeThrough(new JsonToSseTransformStream())
      .pipeThrough(new TextEncoderStream()),
    put: (index) => put({ type: 'text-delta', id: '0', text: deltas[index] }),
    end: () => {
      put({ type: 'text-end', id: '0' });
      put({ type: 'finish', finishReason: 'stop', totalUsage: {} });
      parts.close();
    },
  };
}
