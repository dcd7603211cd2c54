// One event of 8 MB in packets of 16 KB, beside `eventsource-parser` and one `JSON.parse`.
import { createParser } from 'eventsource-parser';
import { lastValueFrom } from 'rxjs';
import { fromGemini } from 'rxjs-gemini';
import { GoogleGenAI } from '@google/genai';
import { median } from './median.mjs';

const data = 'A'.repeat(8 * 1024 * 1024);
const candidate = {
  content: { role: 'model', parts: [{ inlineData: { mimeType: 'image/png', data } }] },
  finishReason: 'STOP',
};
const body = new TextEncoder().encode(`data: ${JSON.stringify({ candidates: [candidate] })}\r\n\r\n`);
const packetSize = 16 * 1024;

const ways = {
  'eventsource-parser and JSON.parse': async () => {
    const decoder = new TextDecoder();
    let found;
    const parser = createParser({ onEvent: (event) => (found = JSON.parse(event.data)) });
    const reader = stream().getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return found.candidates[0].content.parts[0].inlineData.data.length;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  },
  fromGemini: async () => {
    const fetch = () => Promise.resolve(new Response(stream(), { headers: { 'content-type': 'text/event-stream' } }));
    const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { fetch } });
    const reply = await lastValueFrom(fromGemini(ai, { model: 'm', contents: 'Hello' }));
    return reply.candidates[0].content.parts[0].inlineData.data.length;
  },
};

/** Rows of `{ way, ms, ratio }`. */
export async function bigEvent() {
  const runs = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = 0; round < 8; round++) {
    for (const [way, run] of Object.entries(ways)) {
      const start = performance.now();
      if ((await run()) !== data.length) throw new Error(`${way} lost data`);
      runs[way].push(performance.now() - start);
    }
  }
  const [base, ...rest] = Object.keys(ways);
  return [base, ...rest].map((way) => ({
    way,
    ms: median(runs[way].slice(2)),
    ratio: median(runs[way].slice(2).map((ms, round) => ms / runs[base][round + 2])),
  }));
}

function stream() {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= body.length) return controller.close();
      controller.enqueue(body.subarray(at, (at += packetSize)));
    },
  });
}
