// Reads one big event, one way, in a process of its own. Prints what CPU time that took, and how far the peak RSS rose.
import process from 'node:process';
import { createParser } from 'eventsource-parser';
import { GoogleGenAI } from '@google/genai';
import { lastValueFrom } from 'rxjs';
import { fromGemini } from 'rxjs-gemini';

const [way, megabytes] = process.argv.slice(2);
const packetSize = 16 * 1024;

const read = {
  async 'eventsource-parser and JSON.parse'(body) {
    const decoder = new TextDecoder();
    let found;
    const parser = createParser({ onEvent: (event) => (found = JSON.parse(event.data)) });
    const reader = packets(body).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return found;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  },
  fromGemini(body) {
    const headers = { 'content-type': 'text/event-stream' };
    const fetch = () => Promise.resolve(new Response(packets(body), { headers }));
    const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { fetch } });
    return lastValueFrom(fromGemini(ai, { model: 'm', contents: 'Hello' }));
  },
}[way];

// As many packets as 8 MB have, in small events: the code is warm, and nothing big was held yet.
const small = bodyOf(64 * 1024);
for (let event = 0; event < 128; event++) await read(small);
const size = Number(megabytes) * 1024 * 1024;
const body = bodyOf(size);
globalThis.gc();
const { rss } = process.memoryUsage();
const start = process.cpuUsage();
const reply = await read(body);
const { user, system } = process.cpuUsage(start);
const { data } = reply.candidates[0].content.parts[0].inlineData;
if (data.length !== size) throw new Error(`${way} lost data: ${data.length} of ${size} characters`);
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ ms: (user + system) / 1000, peak: (peak - rss) / 1024 / 1024 }));
process.exit();

/** Made in place: what is left over from making it would count as memory that is free to use. */
function bodyOf(size) {
  const inlineData = { mimeType: 'image/png', data: '' };
  const candidate = { content: { role: 'model', parts: [{ inlineData }] }, finishReason: 'STOP' };
  const [head, tail] = `data: ${JSON.stringify({ candidates: [candidate] })}\r\n\r\n`.split(/(?<="data":")/);
  const body = Buffer.alloc(head.length + size + tail.length, 'A');
  body.write(head);
  body.write(tail, head.length + size);
  return body;
}

function packets(body) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= body.length) return controller.close();
      controller.enqueue(body.subarray(at, (at += packetSize)));
    },
  });
}
