import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GoogleGenAI } from '@google/genai';
import { answerContents, pipeToServerResponse, type AnswerContentsOptions } from 'rxjs-gemini';
import {
  contentsFromUiMessages,
  uiMessageStream,
  type UiMessage,
  type UiMessageStreamOptions,
} from 'rxjs-gemini/ai-sdk';
import { startEmulator, type Emulator, type EmulatorReply } from 'rxjs-gemini/emulator';
import { onTestFinished } from 'vitest';

export const model = 'gemini-2.5-flash';

/** The route of a chat, over a real Gemini client. */
export interface AiSdkServer {
  readonly api: string;
  readonly emulator: Emulator;
  /** The contents that Gemini got, request by request. */
  contents(): unknown[];
}

export async function startAiSdkServer(
  reply: EmulatorReply,
  settings: Omit<Partial<AnswerContentsOptions>, 'contents'> = {},
  options: UiMessageStreamOptions = {},
): Promise<AiSdkServer> {
  const emulator = await startEmulator({ reply });
  const ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: emulator.url, apiVersion: 'v1beta' } });
  const format = uiMessageStream(options);
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { messages } = JSON.parse(body) as { messages: UiMessage[] };
      const contents = contentsFromUiMessages(messages);
      return pipeToServerResponse(answerContents(ai, { model, ...settings, contents }), response, { format });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await emulator.close();
  });
  return {
    api: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api/chat`,
    emulator,
    contents: () => emulator.requests.map(({ body }) => (body as { contents: unknown }).contents),
  };
}

/** A part of candidate 0, as the wire has it. */
export const raw = (...parts: readonly object[]) => ({ candidates: [{ index: 0, content: { role: 'model', parts } }] });

const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 20, thoughtsTokenCount: 5, totalTokenCount: 35 };

/** A reply with every kind of part. */
export const everyKind = [
  raw({ text: 'I think ', thought: true }),
  raw({ text: 'so.', thought: true }),
  raw({ text: 'Hello ' }),
  raw({ text: 'wörld 👋', thoughtSignature: 'c2lnMA==' }),
  raw({ text: ' See:' }),
  raw({ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' }, thoughtSignature: 'c2lnMw==' }),
  raw({ executableCode: { code: 'print(1)', language: 'PYTHON' } }),
  raw({ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } }),
  raw({ toolCall: { id: 's1', toolType: 'GOOGLE_SEARCH_WEB', args: { query: 'sky' } } }),
  raw({ toolResponse: { id: 's1', toolType: 'GOOGLE_SEARCH_WEB', response: { hits: 3 } } }),
  raw(
    { functionCall: { name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'c2lnMQ==' },
    { functionCall: { name: 'weather', args: { city: 'Rome' } } },
  ),
  {
    candidates: [
      {
        index: 0,
        content: { role: 'model', parts: [{ text: '', thoughtSignature: 'c2lnMg==' }] },
        finishReason: 'STOP',
        groundingMetadata: {
          groundingChunks: [
            { web: { uri: 'https://a.example', title: 'A' } },
            { web: { uri: 'https://a.example', title: 'A' } },
            { retrievedContext: { uri: 'gs://b/report.pdf', title: 'Report' } },
          ],
        },
      },
    ],
    usageMetadata,
    modelVersion: model,
  },
];

/** A call whose arguments come in pieces. */
export const partialCall = [
  raw({ functionCall: { name: 'weather', id: 'c1', willContinue: true } }),
  raw({
    functionCall: { partialArgs: [{ jsonPath: '$.city', stringValue: 'Os', willContinue: true }], willContinue: true },
  }),
  raw({ functionCall: { partialArgs: [{ jsonPath: '$.city', stringValue: 'lo' }], willContinue: true } }),
  { candidates: [{ index: 0, content: { role: 'model', parts: [{ functionCall: {} }] }, finishReason: 'STOP' }] },
];
