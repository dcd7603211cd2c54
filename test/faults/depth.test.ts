import { lastValueFrom, of, toArray } from 'rxjs';
import type { GoogleGenAI } from '@google/genai';
import { describe, expect, it, vi } from 'vitest';
import { record } from '../../src/recording/record.js';
import { shareReply } from '../../operators/share/shareReply.js';
import { assembleArgs } from '../../src/chunk/assembleArgs.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { contentBytes } from '../../src/chunk/chunkBytes.js';
import { recordingHeader } from '../../src/recording/recordingLines.js';
import { readClientMessage } from '../../src/sinks/clientMessage.js';
import { toSse } from '../../src/sinks/toSse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { replay } from '../../src/recording/replay.js';
import { expectSameFrames } from '../../src/testing/expectSameFrames.js';
import { params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { operators } from '../laws/operators.js';

const bottomless = 100_000;

/** Data that no recursive function survives. */
function nested(depth: number): Record<string, unknown> {
  let value: Record<string, unknown> = { leaf: 1 };
  for (let level = 1; level < depth; level++) value = level % 2 ? { list: [value] } : { a: value };
  return value;
}

const nestedJson = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Made on this side or by another client: chunks from the wire are never that deep. */
const deepChunk = (): GeminiChunk =>
  toChunk({
    candidates: [
      {
        content: {
          role: 'model',
          parts: [
            { functionCall: { name: 'dig', args: nested(bottomless) } },
            { executableCode: nested(bottomless) },
            { inventedPart: nested(bottomless) } as object,
          ],
        },
        citationMetadata: { citations: [{ uri: 'u', ...nested(bottomless) }, { uri: 'v' }] },
        logprobsResult: { chosenCandidates: [nested(bottomless)] },
        groundingMetadata: nested(bottomless),
        finishReason: 'STOP',
      },
    ],
    usageMetadata: { totalTokenCount: 1, ...nested(bottomless) },
  });

describe('a chunk that is nested 100 000 deep', () => {
  /** JSON that was parsed elsewhere has tests of its own. */
  const able = operators.filter(({ name }) => !/^json|^parseJson|^record|^toSse/.test(name));

  it.each(able)('passes $name', async ({ apply }) => {
    const { error, isComplete } = await outcomeOf(apply(of(deepChunk(), deepChunk())));
    expect([error, isComplete]).toEqual([undefined, true]);
  });

  it('is merged, shared and measured', async () => {
    const [one, two] = [deepChunk(), deepChunk()];
    expect(mergeChunks(one, two).candidates).toHaveLength(1);
    expect(contentBytes(one)).toBeGreaterThan(8 * 4);
    const { values, isComplete } = await outcomeOf(of(one, two).pipe(shareReply({ whenSlow: 'buffer' })));
    expect([values.length, isComplete]).toEqual([2, true]);
  });

  it('has no JSON, so sending and recording it fail with overflow', async () => {
    const failure = { kind: 'overflow', limit: 'depth' };
    const [sent] = await lastValueFrom(of(deepChunk()).pipe(toSse(), toArray()));
    expect(sent).toMatchObject({ type: 'error', data: expect.stringContaining('"kind":"overflow"') as string });
    const onError = vi.fn();
    const lines: string[] = [];
    const { isComplete } = await outcomeOf(
      of(deepChunk()).pipe(record({ write: (line) => lines.push(line) }, { onError })),
    );
    expect(isComplete).toBe(true);
    expect(lines).toEqual([recordingHeader]);
    expect(onError.mock.calls).toEqual([[expect.objectContaining(failure)]]);
  });
});

describe('other data that is nested 100 000 deep', () => {
  it('may be initial arguments, which do not change', () => {
    const initial = nested(bottomless);
    const args = assembleArgs([{ jsonPath: '$.list[0].b', numberValue: 1 }], initial);
    expect((args['list'] as object[])[0]).toHaveProperty('b', 1);
    expect((initial['list'] as object[])[0]).not.toHaveProperty('b');
  });

  it('may be compared by the marbles of a test', () => {
    expectSameFrames([nested(bottomless)], [nested(bottomless)]);
    expect(() => expectSameFrames([{ a: nested(bottomless) }], [{ a: nested(bottomless - 1) }])).toThrow();
  });

  it('may be thrown, or be the cause of a thrown error', () => {
    const causes = Array.from({ length: bottomless }).reduce<Error>((cause) => new Error('no', { cause }), new Error());
    for (const thrown of [nested(bottomless), causes, Object.assign(new Error('no'), nested(bottomless))]) {
      expect(toGeminiError(thrown).message.length).toBeLessThan(600);
    }
  });
});

describe('JSON from outside that is nested deeper than 1 000', () => {
  const overflow = { kind: 'overflow', limit: 'depth', retryable: false };
  const response = (depth: number) => ({ candidates: [{ groundingMetadata: nested(depth) }] });

  it('is an overflow in the response of `generateContent`, and in responses that the SDK reads itself', async () => {
    const models = {
      generateContent: () => Promise.resolve(response(1_000)),
      generateContentStream: async function* () {
        yield await Promise.resolve(response(1_000));
      },
    };
    const other = {
      models: { ...models, generateContentStream: () => Promise.resolve(models.generateContentStream()) },
    };
    expect((await outcomeOf(fromGenerate(other as unknown as GoogleGenAI, params))).error).toMatchObject(overflow);
    expect((await outcomeOf(fromGemini(other as unknown as GoogleGenAI, params))).error).toMatchObject(overflow);
  });

  it('is an overflow in a line of a recording, which is read up to that depth', async () => {
    const line = (depth: number) =>
      `${recordingHeader}{"t":0,"chunk":${nestedJson(depth)}}\n{"t":1,"end":"complete"}\n`;
    const play = (text: string) => outcomeOf(replay(text, { speed: Infinity }));
    expect((await play(line(1_000))).isComplete).toBe(true);
    const { error } = await play(line(1_001));
    expect(error).toMatchObject(overflow);
    expect(error?.message).toBe('Line 2 of the recording is nested deeper than 1000 levels, the limit');
  });

  it('is an overflow in a recorded exchange, as text, as an event and as data', async () => {
    for (const body of [nestedJson(1_001), `data: ${nestedJson(1_001)}\n\n`, nested(1_000)]) {
      const recording = { exchanges: [{ response: { body } }] };
      expect((await outcomeOf(replay(recording))).error).toMatchObject(overflow);
    }
  });

  it('is refused as a message of a client of a WebSocket', () => {
    const message = (depth: number) => readClientMessage(`{"reply":"1","message":${nestedJson(depth)}}`);
    expect(message(999)).toMatchObject({ reply: '1' });
    expect([message(1_000), message(bottomless)]).toEqual([undefined, undefined]);
  });
});
