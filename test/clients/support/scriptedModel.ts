import fc from 'fast-check';
import { bufferCount, from, map, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { mergeChunks, toChunk, type ChatSource, type GeminiChunk, type GeminiContent } from 'rxjs-gemini';
import { raw } from '../aiSdkServer.js';
import { toolNames } from './answeringTools.js';

const kinds = ['text', 'thought', 'call', 'code', 'file', 'signature'] as const;

/** A thing that the model says. */
interface Utterance {
  readonly kind: (typeof kinds)[number];
  readonly isSigned: boolean;
  /** The function of a call. */
  readonly tool: string;
  /** Whether a call has an id. */
  readonly hasId: boolean;
  /** Whether the arguments of a call come in pieces. */
  readonly isPartial: boolean;
  /** Whether the arguments of a call are those of other calls, too. */
  readonly isRepeated: boolean;
}

/** A reply of the model. */
export interface ScriptedReply {
  readonly utterances: readonly Utterance[];
  /** So many chunks arrive as one. */
  readonly merged: number;
}

/** A call of a function, as the model makes it. */
export interface SaidCall {
  readonly id?: string;
  readonly name: string;
  readonly args: { readonly n: number };
}

/** A part that the model must get back. */
export interface SaidPart {
  readonly text?: string;
  readonly thought?: true;
  readonly isFile?: true;
  readonly call?: SaidCall;
  readonly thoughtSignature?: string;
}

/** Utterances of which the client loses nothing: some have no files, and some no signatures of files. */
function utterance(hasFiles: boolean, signsFiles: boolean): fc.Arbitrary<Utterance> {
  const common = ['text', 'call'] as const;
  const heard = kinds.filter((kind) => hasFiles || kind !== 'file');
  return fc
    .record({
      kind: fc.constantFrom(...heard, ...common),
      isSigned: fc.boolean(),
      tool: fc.constantFrom(...toolNames, 'browser'),
      hasId: fc.boolean(),
      isPartial: fc.boolean(),
      isRepeated: fc.boolean(),
    })
    .map((each) => (each.kind === 'file' && !signsFiles ? { ...each, isSigned: false } : each));
}

/** The replies of the model in a chat. */
export function scripts({ hasFiles = true, signsFiles = true } = {}): fc.Arbitrary<ScriptedReply[]> {
  const reply = fc.record({
    utterances: fc.array(utterance(hasFiles, signsFiles), { minLength: 1, maxLength: 6 }),
    merged: fc.integer({ min: 1, max: 4 }),
  });
  return fc.array(reply, { minLength: 1, maxLength: 5 });
}

/** The parts of the wire for an utterance, and what must come back of them; `n` is its number in the chat. */
function speak(said: Utterance, n: number): { sent: object[]; kept: SaidPart[] } {
  const signature = { thoughtSignature: `s${String(n)}` };
  const signed = said.isSigned ? signature : {};
  const [half, rest] = [`a${String(n)} `, `b${String(n)} `];
  switch (said.kind) {
    case 'text':
      return { sent: [{ text: half }, { text: rest, ...signed }], kept: [{ text: half + rest, ...signed }] };
    case 'thought':
      return {
        sent: [
          { text: half, thought: true },
          { text: rest, thought: true, ...signed },
        ],
        kept: said.isSigned ? [{ thought: true, ...signed }] : [],
      };
    case 'signature':
      return { sent: [{ text: '', ...signature }], kept: [{ text: '', ...signature }] };
    case 'file':
      return {
        sent: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' }, ...signed }],
        kept: [{ isFile: true, ...signed }],
      };
    case 'code':
      return {
        sent: [
          { executableCode: { code: 'x', language: 'PYTHON' } },
          { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
        ],
        kept: [],
      };
    case 'call': {
      const args = { n: said.isRepeated ? 0 : n };
      const call = { ...(said.hasId && { id: `id${String(n)}` }), name: said.tool };
      const partialArgs = [{ jsonPath: '$.n', numberValue: args.n }];
      const pieces = [
        { functionCall: { ...call, willContinue: true }, ...signed },
        { functionCall: { partialArgs, willContinue: true } },
        { functionCall: {} },
      ];
      return {
        sent: said.isPartial ? pieces : [{ functionCall: { ...call, args }, ...signed }],
        kept: [{ call: { ...call, args }, ...signed }],
      };
    }
  }
}

const finish = {
  candidates: [{ index: 0, finishReason: 'STOP', content: { role: 'model', parts: [{ text: '' }] } }],
  usageMetadata: { totalTokenCount: 3 },
  modelVersion: 'm',
};

/** Replies with a text alone, which end the turns that are still open after a script. */
const lastReplies: readonly ScriptedReply[] = [true, false].map((isSigned) => ({
  utterances: [{ kind: 'text', isSigned, tool: '', hasId: false, isPartial: false, isRepeated: false }],
  merged: 1,
}));

/** A model that gives the replies of a script, and remembers its requests. */
export interface ScriptedModel {
  readonly source: ChatSource;
  /** The contents of each request. */
  readonly requests: readonly (readonly GeminiContent[])[];
  /** What the model had said before its last reply. */
  saidBefore(): SaidPart[];
}

export function scriptedModel(script: readonly ScriptedReply[]): ScriptedModel {
  let count = 0;
  const replies = [...script, ...lastReplies].map(({ utterances, merged }) => {
    const spoken = utterances.map((each) => speak(each, count++));
    const sent = [...spoken.flatMap((each) => each.sent).map((part) => raw(part)), finish];
    const chunks = sent.map((response) => toChunk(response as never));
    return { chunks, merged, kept: spoken.flatMap((each) => each.kept) };
  });
  const requests: GeminiContent[][] = [];
  return {
    requests,
    source({ contents }): Observable<GeminiChunk> {
      const reply = replies[requests.length];
      requests.push(JSON.parse(JSON.stringify(contents)) as GeminiContent[]);
      if (!reply) throw new Error('The script has no more replies');
      return from(reply.chunks).pipe(inGroupsOf(reply.merged));
    },
    saidBefore: () => replies.slice(0, requests.length - 1).flatMap(({ kept }) => kept),
  };
}

/** Merges so many chunks into one. */
export function inGroupsOf(size: number): MonoTypeOperatorFunction<GeminiChunk> {
  return (chunk$) =>
    chunk$.pipe(
      bufferCount(size),
      map((chunks) => chunks.reduce((a, b) => mergeChunks(a, b))),
    );
}
