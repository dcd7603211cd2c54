import { GoogleGenAI } from '@google/genai';
import type { EmulatorFetch } from 'rxjs-gemini/emulator-fetch';
import type { Timeline } from './timeline.ts';
import { callLabel, isRecord } from './wireText.ts';

type StreamParams = Parameters<GoogleGenAI['models']['generateContentStream']>[0];

/** The same request as the program's first one, with the SDK alone: a loop, and nothing else. */
export async function playPlainRow(
  timeline: Timeline,
  fetch: EmulatorFetch,
  url: string,
  body: unknown,
): Promise<void> {
  const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { fetch } });
  const add = (content: Parameters<Timeline['add']>[1]) => timeline.add('plain', content);
  let at = 0;
  const addText = (text: string) => {
    if (text !== '') add({ type: 'text', text, at });
    at += text.length;
  };
  add({ type: 'subscribe', number: 1 });
  try {
    if (url.includes('/interactions')) await readInteraction(ai, body, addText);
    else {
      for await (const { candidates } of await ai.models.generateContentStream(paramsOf(url, body))) {
        for (const { text = '', thought, functionCall } of candidates?.[0]?.content?.parts ?? []) {
          if (functionCall) {
            add({ type: 'value', kind: 'toolCall', label: callLabel(functionCall.name, functionCall.args) });
          } else if (thought) add({ type: 'value', kind: 'thought', label: text });
          else addText(text);
        }
      }
    }
    add({ type: 'complete' });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    // The classes of the SDK have short names in the built page.
    add({ type: 'error', kind: name.length > 3 ? name : 'Error', message });
  }
}

async function readInteraction(ai: GoogleGenAI, body: unknown, addText: (text: string) => void): Promise<void> {
  const params = { ...(body as object), stream: true } as Parameters<GoogleGenAI['interactions']['create']>[0];
  const events = (await ai.interactions.create(params)) as AsyncIterable<unknown>;
  for await (const event of events) {
    const delta = isRecord(event) ? event['delta'] : undefined;
    if (isRecord(delta) && delta['type'] === 'text') addText(String(delta['text'] ?? ''));
  }
}

/** The parameters of the SDK's call that made this request. */
function paramsOf(url: string, body: unknown): StreamParams {
  const { contents, generationConfig, ...rest } = body as Record<string, unknown>;
  const model = /models\/([^:/]+):/.exec(url)?.[1] ?? 'gemini-2.5-flash';
  const config = { ...(isRecord(generationConfig) ? generationConfig : {}), ...rest };
  return { model, contents, config } as StreamParams;
}
