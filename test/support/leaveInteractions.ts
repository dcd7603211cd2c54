// A process that unsubscribes interactions in every state, after a garbage collection, and must then end by itself: a
// timer, a listener or a socket that stays would hold it. Its server is in another process.
import type * as sdk from '@google/genai';
import { fromInteraction } from '../../src/sources/interactions/fromInteraction.js';

const [baseUrl = ''] = process.argv.slice(2);
const { GENAI_DIR: folder } = process.env;
const { GoogleGenAI } = (await import(folder ? `${folder}/dist/node/index.mjs` : '@google/genai')) as typeof sdk;
const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl } });
const ask = (input: string) =>
  fromInteraction(ai, { agent: 'a', input, background: true }, { reconnect: { count: 1, delay: 1 } }).subscribe();
const states = ['before the headers', 'in silence', 'in the middle of an event', 'resumed in silence', 'polled'];
const subscriptions = states.map(ask);

/** The state of the server: how many requests wait for the client to leave. */
const waiting = async () => Number(await fetch(`${baseUrl}/waiting`).then((response) => response.text()));
while ((await waiting()) < states.length);
for (let pass = 0; pass < 3; pass++) {
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const before = performance.now();
for (const subscription of subscriptions) subscription.unsubscribe();
while ((await waiting()) > 0);
const elapsed = performance.now() - before;
process.stdout.write(JSON.stringify({ elapsed, hasCollected: typeof globalThis.gc === 'function' }));
