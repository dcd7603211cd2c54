import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GoogleGenAI } from '@google/genai';
import type { Observable } from 'rxjs';
import { classifyErrors, fromGemini, pipeToServerResponse, type GeminiChunk, type GeminiContent } from 'rxjs-gemini';
import { agUiEvents, configFromAgUi, contentsFromAgUi, type AgUiInput } from 'rxjs-gemini/ag-ui';
import type { Emulator, EmulatorAnswer, EmulatorReply } from 'rxjs-gemini/emulator';
import { onTestFinished } from 'vitest';
import { emulate } from '../support/emulate.js';

/** A route that answers AG-UI runs, in front of an emulator. */
export interface AgUiServer {
  readonly url: string;
  readonly ai: GoogleGenAI;
  readonly emulator: Emulator;
  /** The bodies that clients have posted, in order. */
  readonly inputs: readonly AgUiInput[];
  /** The contents that each request was answered with, in order. */
  readonly contents: readonly (readonly GeminiContent[])[];
}

export const model = 'gemini-2.5-flash';

export function runOf(ai: GoogleGenAI, input: AgUiInput): Observable<GeminiChunk> {
  const contents = contentsFromAgUi(input);
  return fromGemini(ai, { model, contents, config: configFromAgUi(input) }).pipe(classifyErrors());
}

export async function startAgUiServer(
  reply: EmulatorReply | EmulatorAnswer,
  answer: (ai: GoogleGenAI, input: AgUiInput) => Observable<GeminiChunk> = runOf,
): Promise<AgUiServer> {
  const { emulator, ai } = await emulate(reply);
  const inputs: AgUiInput[] = [];
  const contents: GeminiContent[][] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      const input = JSON.parse(body) as AgUiInput;
      inputs.push(input);
      contents.push(contentsFromAgUi(input));
      void pipeToServerResponse(answer(ai, input), response, { format: agUiEvents(input) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => close(server));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { url, ai, emulator, inputs, contents };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** One raw chunk of the model. */
export function raw(parts: readonly object[], more: object = {}): object {
  return { candidates: [{ content: { role: 'model', parts }, index: 0, ...more }], modelVersion: model };
}

/** Chunks with one of each kind of part. */
export const everyKind = [
  raw([{ text: 'I think ', thought: true }]),
  raw([{ text: 'about it.', thought: true }]),
  raw([{ text: 'Hello ' }]),
  raw([{ text: 'wörld 👋' }]),
  raw([{ executableCode: { language: 'PYTHON', code: 'print(1)' } }]),
  raw([{ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1\n' } }]),
  raw([{ text: ' See:' }]),
  raw([{ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }]),
  raw([
    { functionCall: { name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'c2lnMQ==' },
    { functionCall: { name: 'weather', args: { city: 'Rome' } } },
  ]),
  {
    ...raw([{ text: '', thoughtSignature: 'c2lnMg==' }], {
      finishReason: 'STOP',
      groundingMetadata: { groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }] },
      citationMetadata: { citations: [{ uri: 'https://b.example', startIndex: 0, endIndex: 4 }] },
    }),
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 20, thoughtsTokenCount: 5, totalTokenCount: 35 },
  },
];

/** A call whose arguments stream. */
export const partialCall = [
  raw([{ functionCall: { name: 'weather', id: 'c1', partialArgs: [city('Os', true)], willContinue: true } }]),
  raw([{ functionCall: { partialArgs: [city('lo', false)], willContinue: true } }]),
  raw([{ functionCall: {} }], { finishReason: 'STOP' }),
];

function city(stringValue: string, willContinue: boolean) {
  return { jsonPath: '$.city', stringValue, ...(willContinue && { willContinue }) };
}
