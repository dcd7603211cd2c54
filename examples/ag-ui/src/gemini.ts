import { GoogleGenAI } from '@google/genai';
import type { ChatTools } from 'rxjs-gemini';
import { startEmulator, type EmulatorReply } from 'rxjs-gemini/emulator';

/** The client of Gemini, or of an emulator if there is no API key. */
export async function createClient(): Promise<GoogleGenAI> {
  const apiKey = process.env['GEMINI_API_KEY'] ?? process.env['GOOGLE_API_KEY'];
  if (apiKey) return new GoogleGenAI({ apiKey });
  const emulator = await startEmulator({ reply: emulated, history: 100 });
  console.warn('No GEMINI_API_KEY: the replies come from an emulator, not from a model');
  return new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });
}

/** The tools that run on the server. */
export const tools: ChatTools = {
  timeOfDay: {
    declaration: { description: 'Returns the time of the server, in UTC.' },
    run: () => ({ time: new Date().toISOString().slice(11, 16) }),
  },
};

/** Thinks, looks at the clock, has the page painted, and tells of it. */
const emulated: EmulatorReply = ({ body, prompt }) => {
  const { contents } = body as { readonly contents: readonly { readonly parts: readonly object[] }[] };
  const answered = JSON.stringify(contents.at(-1)?.parts);
  if (answered.includes('"paint"')) return { firstDelay: 300, pace: 80, text: story };
  const calls = { firstDelay: 300, pace: 200, finishReason: 'STOP' };
  if (answered.includes('"timeOfDay"')) return { ...calls, chunks: [call('paint', { color: 'steelblue' })] };
  const thoughts = [`They ask: “${prompt}”. `, 'I need the time, ', 'and a color.'].map((text) =>
    part({ text, thought: true }),
  );
  return { ...calls, chunks: [...thoughts, call('timeOfDay', {})] };
};

const part = (content: object) => ({ candidates: [{ index: 0, content: { role: 'model', parts: [content] } }] });
const call = (name: string, args: object) => part({ functionCall: { name, args }, thoughtSignature: 'c2lnbmVk' });

const story = `The clock of the server was read by a tool that ran there, and the page was painted by a tool of its own.

This comes from a local emulator, not from a model: it speaks Gemini's wire protocol, needs no key and costs nothing. Set GEMINI_API_KEY and start the server again for a real answer.

Press Stop while the words still come: the page closes its connection, and in that moment the server closes its request to the model.`;
