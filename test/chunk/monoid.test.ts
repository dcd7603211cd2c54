import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiResponse, GeminiPart } from '../../src/chunk/response.js';
import type { GeminiErrorKind } from '../../src/errors/kinds.js';
import { hasContent } from '../../src/chunk/hasContent.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { arbitraryChunk, arbitraryPart, arbitraryResponse } from '../support/arbitraryChunks.js';
import { deepFreeze } from '../support/deepFreeze.js';
import { expectSameData } from '../support/sameData.js';

const numRuns = 500;
const chunks = fc.array(arbitraryChunk, { maxLength: 6 });

const mergeAll = (all: readonly GeminiChunk[]): GeminiChunk => all.reduce(mergeChunks, emptyChunk);
const fromJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the normal form', () => {
  it('is reached in a single step', () => {
    fc.assert(
      fc.property(arbitraryResponse, (response) => {
        const chunk = toChunk(response);
        expectSameData(toChunk(chunk), chunk);
      }),
      { numRuns },
    );
  });

  it('is equal after JSON', () => {
    fc.assert(
      fc.property(arbitraryChunk, (chunk) => {
        expectSameData(fromJson(chunk), chunk);
        expectSameData(toChunk(fromJson(chunk) as GeminiChunk), chunk);
      }),
      { numRuns },
    );
  });

  it('is preserved by merging', () => {
    fc.assert(
      fc.property(chunks, (all) => {
        const merged = mergeAll(all);
        expectSameData(toChunk(merged), merged);
        expectSameData(fromJson(merged), merged);
      }),
      { numRuns },
    );
  });

  it('can be made from any object', () => {
    const anything = fc.anything({ withNullPrototype: true, key: fc.constantFrom(...fieldNames), maxDepth: 8 });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fieldNames), anything), (response) => {
        expect(typeof toChunk(response).text).toBe('string');
      }),
      { numRuns },
    );
  });
});

describe('mergeChunks', () => {
  it('is associative', () => {
    fc.assert(
      fc.property(arbitraryChunk, arbitraryChunk, arbitraryChunk, (a, b, c) => {
        expectSameData(mergeChunks(mergeChunks(a, b), c), mergeChunks(a, mergeChunks(b, c)));
      }),
      { numRuns: 3 * numRuns },
    );
  });

  it('is associative and has its identity with chunks that wait', () => {
    const queued = fc.record({ position: fc.nat(2) });
    const kind = fc.constantFrom<GeminiErrorKind>('network', 'rate_limit');
    const retrying = fc.record({ attempt: fc.nat(2), delay: fc.nat(2), kind });
    const marks = fc.record({ queued, retrying }, { requiredKeys: [] });
    const waiting = fc.tuple(arbitraryChunk, marks).map(([chunk, mark]) => deepFreeze({ ...chunk, ...mark }));
    fc.assert(
      fc.property(waiting, waiting, waiting, (a, b, c) => {
        expectSameData(mergeChunks(mergeChunks(a, b), c), mergeChunks(a, mergeChunks(b, c)));
        expectSameData(mergeChunks(emptyChunk, a), a);
        expectSameData(mergeChunks(a, emptyChunk), a);
        expectSameData(mergeChunks(a, b).queued, b.queued ?? (hasContent(b) ? undefined : a.queued));
        expectSameData(mergeChunks(a, b).retrying, b.retrying ?? (hasContent(b) ? undefined : a.retrying));
      }),
      { numRuns },
    );
  });

  it('has the empty chunk as its identity on both sides', () => {
    fc.assert(
      fc.property(arbitraryChunk, (chunk) => {
        expectSameData(mergeChunks(emptyChunk, chunk), chunk);
        expectSameData(mergeChunks(chunk, emptyChunk), chunk);
      }),
      { numRuns },
    );
  });

  it('recognises the identity by its shape, not by its reference', () => {
    fc.assert(
      fc.property(arbitraryChunk, (chunk) => {
        expectSameData(mergeChunks({ text: '' }, chunk), chunk);
        expectSameData(mergeChunks(chunk, { text: '' }), chunk);
      }),
    );
  });

  it('concatenates texts', () => {
    fc.assert(
      fc.property(chunks, (all) => {
        expect(mergeAll(all).text).toBe(all.map(({ text }) => text).join(''));
      }),
      { numRuns },
    );
  });

  it('has content if one of its chunks has content', () => {
    fc.assert(
      fc.property(arbitraryChunk, arbitraryChunk, (a, b) => {
        expect(hasContent(mergeChunks(a, b))).toBe(hasContent(a) || hasContent(b));
      }),
      { numRuns },
    );
  });

  it('merges pieces that were cut anywhere, also within a character, into the whole', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryPart, { maxLength: 5 }),
        fc.array(fc.nat(20)),
        fc.array(fc.boolean()),
        (parts, cuts, ends) => {
          const whole = toChunk({ ...lastFields, candidates: [{ ...finish, content: { role: 'model', parts } }] });
          const pieces = inGroups(cutTexts(parts, cuts), ends).map((group) => toChunk(inCandidate(group)));
          const last = toChunk({ ...lastFields, candidates: [{ ...finish, content: { role: 'model', parts: [] } }] });
          expectSameData(mergeAll([...pieces, last]), whole);
        },
      ),
      { numRuns },
    );
  });

  it('changes no prototype', () => {
    const before = Reflect.ownKeys(Object.prototype);
    fc.assert(
      fc.property(chunks, (all) => {
        const merged = mergeAll(all);
        expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
      { numRuns },
    );
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
  });
});

describe('ChunkBuilder', () => {
  it('is the fold of mergeChunks', () => {
    fc.assert(
      fc.property(chunks, (all) => {
        const builder = new ChunkBuilder();
        for (const chunk of all) builder.append(chunk);
        expectSameData(builder.snapshot(), mergeAll(all));
      }),
      { numRuns },
    );
  });

  it('makes snapshots that later chunks do not change', () => {
    fc.assert(
      fc.property(chunks, chunks, (earlier, later) => {
        const builder = new ChunkBuilder();
        for (const chunk of earlier) builder.append(chunk);
        const snapshot = builder.snapshot();
        for (const chunk of later) {
          builder.append(chunk);
          builder.snapshot();
        }
        expectSameData(snapshot, mergeAll(earlier));
        expectSameData(builder.snapshot(), mergeAll([...earlier, ...later]));
      }),
      { numRuns },
    );
  });
});

const fieldNames = [
  'candidates',
  'content',
  'parts',
  'text',
  'thought',
  'functionCall',
  'partialArgs',
  'jsonPath',
  'stringValue',
  'willContinue',
  'args',
  'name',
  'citationMetadata',
  'citations',
  'logprobsResult',
  'usageMetadata',
  'index',
  '0',
] as const;

const lastFields = { usageMetadata: { totalTokenCount: 9 }, modelVersion: 'gemini-a' };
const finish = { index: 0, finishReason: 'STOP' };

function inCandidate(parts: readonly object[]): GeminiResponse {
  return { candidates: [{ index: 0, content: { role: 'model', parts } }] };
}

/** Cuts each plain text somewhere into two. */
function cutTexts(parts: readonly object[], cuts: readonly number[]): object[] {
  return parts.flatMap((part, index) => {
    const { text, thought, ...others }: GeminiPart = part;
    if (typeof text !== 'string' || Object.keys(others).length > 0) return [part];
    const cut = (cuts[index] ?? 0) % (text.length + 1);
    return [
      { text: text.slice(0, cut), thought },
      { text: text.slice(cut), thought },
    ];
  });
}

/** A list in groups of neighbours; `ends` says after which a group ends. */
function inGroups<T>(list: readonly T[], ends: readonly boolean[]): T[][] {
  const groups: T[][] = [[]];
  for (const [index, entry] of list.entries()) {
    groups.at(-1)?.push(entry);
    if (ends[index]) groups.push([]);
  }
  return groups;
}
