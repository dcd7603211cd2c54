// The ways to read many replies at once in one process: each calls back with the text of each chunk, and resolves at the
// end of the reply.
import { GoogleGenAI } from '@google/genai';
import { lastValueFrom, tap } from 'rxjs';
import { fromGemini } from 'rxjs-gemini';
import { sevenOperators } from './sevenOperators.mjs';

const params = { model: 'gemini-2.5-flash', contents: 'Hello' };

/** The function of one way, for a server at `origin`. */
export function replyReader(way, origin) {
  const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: origin } });
  return {
    async floor(onText) {
      const response = await fetch(origin, { method: 'POST', body: '{}' });
      const decoder = new TextDecoder();
      let rest = '';
      for await (const packet of response.body) {
        const events = (rest + decoder.decode(packet, { stream: true })).split('\r\n\r\n');
        rest = events.pop();
        for (const event of events) onText(JSON.parse(event.slice(6)).candidates[0].content.parts[0].text);
      }
    },
    async sdk(onText) {
      for await (const chunk of await ai.models.generateContentStream(params)) {
        onText(chunk.candidates[0].content.parts[0].text);
      }
    },
    fromGemini: (onText) => lastValueFrom(fromGemini(ai, params).pipe(tap((chunk) => onText(chunk.text)))),
    pipeline(onText) {
      // A larger group would wait for its chunks.
      const reply$ = fromGemini(ai, params).pipe(sevenOperators(1));
      return lastValueFrom(reply$.pipe(tap((reply) => onText(reply.text))));
    },
  }[way];
}
