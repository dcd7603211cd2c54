import { HttpAgent } from '@ag-ui/client';
import { HttpAgent as OldHttpAgent } from '@ag-ui/client-old';
import * as ai7 from 'ai';
import * as ai5 from 'ai-5';
import * as ai6 from 'ai-6';
import fc from 'fast-check';
import { answerContents, toSseResponse, type GeminiContent, type ReplyFormat } from 'rxjs-gemini';
import { agUiEvents, contentsFromAgUi, type AgUiInput } from 'rxjs-gemini/ag-ui';
import { contentsFromUiMessages, uiMessageStream, type UiMessage } from 'rxjs-gemini/ai-sdk';
import { afterEach, expect, it, vi } from 'vitest';
import { nightly } from '../faults/support.js';
import { responseOf, toolOptions } from './support/answeringTools.js';
import { agUiChat, aiSdkChat, type BrowserChat } from './support/browserChats.js';
import {
  inGroupsOf,
  scriptedModel,
  scripts,
  type SaidCall,
  type SaidPart,
  type ScriptedModel,
  type ScriptedReply,
} from './support/scriptedModel.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The circumstances of a chat. */
interface Circumstances {
  readonly script: ScriptedReply[];
  /** Whether the browser answers its calls in their order, or in reverse. */
  readonly answersInOrder: boolean;
  /** So many chunks of the answer go to the browser as one. */
  readonly merged: number;
  readonly dedupeCalls: boolean;
}

const circumstances = (script: fc.Arbitrary<ScriptedReply[]>): fc.Arbitrary<Circumstances> =>
  fc.record({
    script,
    answersInOrder: fc.boolean(),
    merged: fc.integer({ min: 1, max: 30 }),
    dedupeCalls: fc.boolean(),
  });

/** Reads the body of a request: the history, and the format of the answer. */
type ReadBody = (body: string) => { contents: GeminiContent[]; format: ReplyFormat };

const readUiMessages: ReadBody = (body) => {
  const { messages } = JSON.parse(body) as { messages: UiMessage[] };
  return { contents: contentsFromUiMessages(messages), format: uiMessageStream() };
};

const readAgUi: ReadBody = (body) => {
  const input = JSON.parse(body) as AgUiInput;
  return { contents: contentsFromAgUi(input), format: agUiEvents(input) };
};

/** Answers all requests of the process by a model. */
function stubRoute({ source }: ScriptedModel, read: ReadBody, { merged, dedupeCalls }: Circumstances): void {
  vi.stubGlobal('fetch', (_url: string, { body, signal }: { readonly body: string; readonly signal?: AbortSignal }) => {
    const { contents, format } = read(body);
    const reply$ = answerContents(source, { contents, dedupeCalls, maxSteps: 20, ...toolOptions });
    return Promise.resolve(toSseResponse(reply$.pipe(inGroupsOf(merged)), { format, signal }));
  });
}

/** Sends a message, and answers the calls of the browser until a reply has none. */
async function takeTurn(chat: BrowserChat, text: string, answersInOrder: boolean): Promise<void> {
  await chat.ask(text);
  for (let calls = chat.openCalls(); calls.length > 0; calls = chat.openCalls()) {
    expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(['browser']));
    await chat.answer(answersInOrder ? calls : calls.reverse());
  }
}

/** Expects the responses to the calls of a content in the content after it, in order, and nowhere else. */
function expectResponses(contents: readonly GeminiContent[]): void {
  contents.forEach(({ parts }, at) => {
    const before = contents[at - 1]?.parts ?? [];
    const expected = before.flatMap(({ functionCall }) => {
      if (!functionCall) return [];
      const { id, name, args } = functionCall as SaidCall;
      return [{ functionResponse: { ...(id !== undefined && { id }), name, response: responseOf(name, args.n) } }];
    });
    const isAnswer = expected.length > 0 || parts.some(({ functionResponse }) => functionResponse);
    if (isAnswer) expect(parts).toEqual(expected);
  });
}

/** The parts of the model in a request, without those that need not come back. */
function saidIn(contents: readonly GeminiContent[]): SaidPart[] {
  return contents
    .filter(({ role }) => role === 'model')
    .flatMap(({ parts }) => parts)
    .filter((part) => !part.executableCode && !part.codeExecutionResult && (!part.thought || part.thoughtSignature))
    .map(({ text = '', thought, thoughtSignature, functionCall, inlineData }) => ({
      ...(functionCall
        ? { call: functionCall as SaidCall }
        : inlineData
          ? { isFile: true }
          : thought
            ? { thought: true }
            : { text }),
      ...(thoughtSignature !== undefined && { thoughtSignature }),
    }));
}

/** Joins each text without a signature to the text after it: a client may join them, too. */
function joinTexts(parts: readonly SaidPart[]): SaidPart[] {
  const joined: SaidPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last?.text === undefined || last.thoughtSignature !== undefined || part.text === undefined) joined.push(part);
    else joined[joined.length - 1] = { ...part, text: last.text + part.text };
  }
  return joined;
}

/** What AG-UI keeps: it has one text and one list of calls a message, and the signatures apart. */
function withoutPlaces(parts: readonly SaidPart[]): object {
  return {
    text: parts.map(({ text = '' }) => text).join(''),
    calls: parts.flatMap(({ call }) => call ?? []),
    signatures: parts.flatMap(({ thoughtSignature }) => thoughtSignature ?? []).sort(),
  };
}

/** A front end, and what it keeps. */
interface Client {
  connect(): BrowserChat;
  readonly read: ReadBody;
  readonly script: fc.Arbitrary<ScriptedReply[]>;
  kept(parts: readonly SaidPart[]): unknown;
}

const aiSdk = { read: readUiMessages, kept: joinTexts };
const agUi = { read: readAgUi, script: scripts({ hasFiles: false }), kept: withoutPlaces };

const clients: readonly (readonly [string, Client])[] = [
  ['ai 7', { ...aiSdk, connect: () => aiSdkChat(ai7), script: scripts() }],
  ['ai 6', { ...aiSdk, connect: () => aiSdkChat(ai6 as never), script: scripts() }],
  // The AI SDK 5 drops the metadata of files.
  ['ai 5', { ...aiSdk, connect: () => aiSdkChat(ai5 as never), script: scripts({ signsFiles: false }) }],
  ['AG-UI 1.0', { ...agUi, connect: () => agUiChat(HttpAgent) }],
  ['AG-UI 0.0.59', { ...agUi, connect: () => agUiChat(OldHttpAgent as never) }],
];

const { numRuns, time } = nightly(60);

it.each(clients)(
  'returns what the model has said, and answers each call once: %s',
  { timeout: time },
  async (_, { connect, read, script, kept }) => {
    await fc.assert(
      fc.asyncProperty(circumstances(script), async (chosen) => {
        const model = scriptedModel(chosen.script);
        stubRoute(model, read, chosen);
        const chat = connect();
        await takeTurn(chat, 'one', chosen.answersInOrder);
        await takeTurn(chat, 'two', chosen.answersInOrder);
        const contents = model.requests.at(-1)!;
        expectResponses(contents);
        expect(kept(saidIn(contents))).toEqual(kept(model.saidBefore()));
      }),
      { numRuns },
    );
  },
);
