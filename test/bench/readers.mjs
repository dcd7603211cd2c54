// The ways to read a reply that are compared: each gives its whole text.
import { GoogleGenAI } from '@google/genai';
import { lastValueFrom, reduce } from 'rxjs';
import {
  accumulate,
  bufferChunks,
  classifyErrors,
  fromGemini,
  takeUntilCancel,
  timeoutReply,
  withMetrics,
  withProgress,
} from 'rxjs-gemini';

const params = { model: 'gemini-2.5-flash', contents: 'Hello' };
const client = (baseUrl) => new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl, apiVersion: 'v1beta' } });

export const readers = {
  async floor(baseUrl) {
    const response = await fetch(`${baseUrl}/v1beta/models/m:streamGenerateContent?alt=sse`, {
      method: 'POST',
      body: '{}',
    });
    const decoder = new TextDecoder();
    let rest = '';
    let text = '';
    for await (const packet of response.body) {
      const events = (rest + decoder.decode(packet, { stream: true })).split('\r\n\r\n');
      rest = events.pop();
      for (const event of events) text += JSON.parse(event.slice(6)).candidates[0].content.parts[0].text;
    }
    return text;
  },
  async sdk(baseUrl) {
    let text = '';
    for await (const chunk of await client(baseUrl).models.generateContentStream(params)) {
      text += chunk.candidates[0].content.parts[0].text;
    }
    return text;
  },
  fromGemini(baseUrl) {
    return lastValueFrom(fromGemini(client(baseUrl), params).pipe(reduce((text, chunk) => text + chunk.text, '')));
  },
  async pipeline(baseUrl) {
    const reply$ = fromGemini(client(baseUrl), params).pipe(
      timeoutReply({ first: 10_000, each: 10_000 }),
      classifyErrors(),
      takeUntilCancel(new AbortController().signal),
      withMetrics(),
      withProgress(),
      bufferChunks({ maxChunks: 10 }),
      accumulate(),
    );
    return (await lastValueFrom(reply$)).text;
  },
};
