// The built package on another runtime: `test/clients/bun.test.ts` and `deno.test.ts` run it beside an emulator on Node.
// Prints one JSON object: the result of each check.
import { GoogleGenAI } from '@google/genai';
import process from 'node:process';
import { filter, lastValueFrom, of, toArray } from 'rxjs';
import {
  createChat,
  finalResponse,
  fromGemini,
  fromSse,
  protectReply,
  serveWebSocket,
  toSseResponse,
  toText,
  webSocketReplies,
} from '../../../dist/index.js';
import { parseJson } from '../../../dist/json.js';
import { chunk, fakeWebSocket, finishChunk } from '../../../dist/testing.js';

const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: process.env.GOOGLE_GEMINI_BASE_URL } });
const model = 'gemini-2.5-flash';
const safely = protectReply({ retry: {} });
const ask = (contents) => fromGemini(ai, { model, contents }).pipe(safely);
const hello = () => of(chunk('Hello, '), chunk('world.'), finishChunk());

const checks = {
  streaming: () => lastValueFrom(ask('whole').pipe(toText(), toArray())),
  cut: () => lastValueFrom(ask('cut')).catch(({ kind, partial }) => [kind, partial.text]),
  retried: async () => (await lastValueFrom(ask('busy').pipe(finalResponse()))).text,
  unsubscribed: () =>
    new Promise((resolve, reject) => {
      const subscription = ask('silent').subscribe({
        next({ text }) {
          if (text === '') return;
          setTimeout(() => {
            subscription.unsubscribe();
            resolve(text);
          });
        },
        error: reject,
      });
    }),
  fromSse: () => {
    const fetch = async () => toSseResponse(hello());
    return lastValueFrom(fromSse('http://host/', {}, { fetch }).pipe(toText(), toArray()));
  },
  createChat: async () => {
    const chat = createChat(ai, { model });
    await lastValueFrom(chat.send('whole'));
    await lastValueFrom(chat.send('whole'));
    return chat.history().map(({ role }) => role);
  },
  parseJson: async () => {
    const whole$ = ask('json').pipe(
      parseJson(),
      filter(({ complete }) => complete),
    );
    return (await lastValueFrom(whole$)).value;
  },
  webSocketReplies: () => {
    const WebSocket = fakeWebSocket((socket) => serveWebSocket(socket, hello));
    return lastValueFrom(
      webSocketReplies('ws://host/', { WebSocket, maxIdle: 0 })({ message: 'Hi' }).pipe(toText(), toArray()),
    );
  },
};

const results = {};
for (const [name, check] of Object.entries(checks)) results[name] = await check();
console.log(JSON.stringify(results));
