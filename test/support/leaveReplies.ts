// A process that unsubscribes replies in every state, and then reports the handles that are left. Its emulator is in another process.
import { GoogleGenAI } from '@google/genai';
import { lastValueFrom, take } from 'rxjs';
import { fromGemini } from '../../src/sources/fromGemini.js';

const [baseUrl = ''] = process.argv.slice(2);
const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl } });
const ask = (contents: string) => fromGemini(ai, { model: 'gemini-2.5-flash', contents });
const turn = () => new Promise((resolve) => setImmediate(resolve));

await lastValueFrom(ask('endless').pipe(take(3)));
await new Promise<void>((resolve) => {
  const subscription = ask('silent after the first').subscribe(() => {
    // A synchronous unsubscribe in `next` is the hardest: the reader is in the middle of an event.
    subscription.unsubscribe();
    resolve();
  });
});
const waiting = [ask('silent before the headers').subscribe(), ask('silent before the first').subscribe()];
const seen = await fetch(`${baseUrl}/v1beta/models`).then((response) => response.text());
for (const subscription of waiting) subscription.unsubscribe();

// A closed socket is gone within a few turns of the loop; a timer, or one that was forgotten, stays.
const left = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate');
for (let turns = 0; turns < 1000 && left().length > 0; turns++) await turn();
process.stdout.write(JSON.stringify({ left: left(), seen: seen.length > 0 }));
