import {
  EMPTY,
  NEVER,
  Observable,
  Subject,
  concatWith,
  from,
  map,
  of,
  take,
  throwError,
  type OperatorFunction,
} from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { bufferChunks } from '../../../operators/show/bufferChunks.js';
import { toParts } from '../../../operators/show/toParts.js';
import type { GeminiFunctionCall } from '../../../src/chunk/functionCallsOf.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import type { ReplyPart } from '../../../src/chunk/replyPart.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import type { GeminiPart, GeminiUsage } from '../../../src/chunk/response.js';
import { blockedChunk, callChunk, chunk, finishChunk, partsChunk, thoughtChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

function partsOf(...chunks: readonly GeminiChunk[]): ReplyPart[] {
  const seen: ReplyPart[] = [];
  from(chunks)
    .pipe(toParts())
    .subscribe((part) => seen.push(part));
  return seen;
}

/** The parts that are emitted for a chunk with one part. */
function partOf(part: GeminiPart | Readonly<Record<string, unknown>>): ReplyPart[] {
  return partsOf(partsChunk([part])).filter(({ type }) => type !== 'finish');
}

const text = (words: string) => ({ type: 'text', text: words });
const thought = (words: string) => ({ type: 'thought', text: words, thought: true });
const finish = { type: 'finish' };

function citing(...uris: readonly string[]): GeminiChunk {
  const citations = uris.map((uri) => ({ uri }));
  return toChunk({ candidates: [{ index: 0, citationMetadata: { citations } }] });
}

describe('toParts', () => {
  it(
    'emits a run of text when another part follows, any other part at once, and the finish at completion',
    marbles((m) => {
      const values = {
        t: thoughtChunk('Hm'),
        u: thoughtChunk('.'),
        a: chunk('It '),
        b: chunk('is'),
        c: callChunk('weather', { city: 'Cheyenne' }),
        f: finishChunk(),
      };
      const source = m.cold(' -t-u-a-b-c---a-f|', values);
      const subs = '          ^---------------!';
      const expected = '      -----x---(yz)---(Af|)';
      const call = { type: 'functionCall', functionCall: { name: 'weather', args: { city: 'Cheyenne' } } };
      const parts = {
        x: thought('Hm.'),
        y: text('It is'),
        z: call,
        A: text('It '),
        f: { ...finish, finishReason: 'STOP' },
      };
      m.expectObservable(source.pipe(toParts())).toBe(expected, parts);
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  describe('the type', () => {
    const functionResponse = { id: '1', name: 'f', response: { ok: true } };
    it.each<[ReplyPart['type'], GeminiPart]>([
      ['text', { text: 'a' }],
      ['thought', { text: 'a', thought: true }],
      ['functionCall', { functionCall: { id: '1', name: 'f', args: { a: 1 } } }],
      ['functionResponse', { functionResponse }],
      ['inlineData', { inlineData: { data: 'AA==', mimeType: 'image/png' } }],
      ['inlineData', { inlineData: { data: 'AA==' }, thought: true }],
      ['fileData', { fileData: { fileUri: 'gs://a', mimeType: 'image/png' } }],
      ['executableCode', { executableCode: { code: '1', language: 'PYTHON' } }],
      ['toolCall', { toolCall: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['a'] } } }],
      ['toolResponse', { toolResponse: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', response: { result: 1 } } }],
      ['codeExecutionResult', { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } }],
    ])('is %s for a part with its fields', (type, part) => {
      expect(partOf(part)).toEqual([{ ...part, type }]);
      const signed = { ...part, thoughtSignature: 's', novelty: 7 };
      expect(partOf(signed)).toEqual([{ ...signed, type }]);
    });

    it('is unknown for a part of another kind, which keeps all its fields', () => {
      const novelty = { hologram: { depth: 3 }, thoughtSignature: 's' };
      expect(partOf(novelty)).toEqual([{ ...novelty, type: 'unknown' }]);
    });

    it('is absent for a part without fields, which is omitted', () => {
      expect(partOf({})).toEqual([]);
    });
  });

  describe('a call', () => {
    const opening = partsChunk([{ functionCall: { name: 'f', willContinue: true }, thoughtSignature: 's' }]);
    const piece = (n: number, willContinue: boolean) => ({ jsonPath: '$.x', stringValue: String(n), willContinue });
    const middle = partsChunk([{ functionCall: { partialArgs: [piece(1, true)], willContinue: true } }]);
    const closing = partsChunk([{ functionCall: { partialArgs: [piece(2, false)] } }]);

    it('always has arguments, possibly empty', () => {
      expect(partOf({ functionCall: { name: 'f' } })).toEqual([
        { type: 'functionCall', functionCall: { name: 'f', args: {} } },
      ]);
    });

    it('that comes in pieces is emitted as one, with its closing piece', () => {
      const source = new Subject<GeminiChunk>();
      const seen: ReplyPart[] = [];
      source.pipe(toParts()).subscribe((part) => seen.push(part));
      for (const one of [chunk('a'), opening, middle]) source.next(one);
      expect(seen).toEqual([text('a')]);
      source.next(closing);
      const whole = { type: 'functionCall', functionCall: { name: 'f', args: { x: '12' } }, thoughtSignature: 's' };
      expect(seen).toEqual([text('a'), whole]);
    });

    it('with missing pieces is unknown, with the pieces that arrived', () => {
      const cut = { ...opening.candidates![0]!.content!.parts![0]!, type: 'unknown' };
      const functionCall = { name: 'f', willContinue: true, partialArgs: [piece(1, true)] };
      expect(partsOf(opening, middle)).toEqual([{ ...cut, functionCall }, finish]);
      expect(partsOf(opening, chunk('a'))).toEqual([cut, text('a'), finish]);
      expect(partsOf(closing)).toEqual([{ type: 'unknown', functionCall: { partialArgs: [piece(2, false)] } }, finish]);
    });

    it('in thousands of pieces costs the size of the pieces', () => {
      const pieces = Array.from({ length: 20_000 }, () => middle);
      const [call] = partsOf(opening, ...pieces, closing);
      expect(call).toMatchObject({ functionCall: { args: { x: `${'1'.repeat(20_000)}2` } } });
    });
  });

  describe('a text', () => {
    it('that is signed stays apart, and keeps its signature', () => {
      const signed = { text: 'b', thoughtSignature: 's' };
      const parts = partsOf(
        chunk('a'),
        partsChunk([signed]),
        chunk('c'),
        partsChunk([{ text: '', thoughtSignature: 't' }]),
      );
      const empty = { type: 'text', text: '', thoughtSignature: 't' };
      expect(parts).toEqual([text('a'), { ...signed, type: 'text' }, text('c'), empty, finish]);
    });

    it('that is only a signature is an empty text', () => {
      const signature = { type: 'text', text: '', thoughtSignature: 'S' };
      expect(partsOf(chunk('Yes'), partsChunk([{ thoughtSignature: 'S' }]))).toEqual([text('Yes'), signature, finish]);
    });

    it('that is empty is omitted', () => {
      expect(partsOf(chunk(''), thoughtChunk(''), chunk('a'), chunk(''))).toEqual([text('a'), finish]);
    });

    it('may be in a chunk with only `text`', () => {
      expect(partsOf({ text: 'a' }, chunk('b'), { text: '' })).toEqual([text('ab'), finish]);
    });

    it('does not depend on how the reply was cut', () => {
      const chunks = [thoughtChunk('Hm'), chunk('a b'), chunk(' c'), callChunk('f'), chunk('d e'), finishChunk()];
      const merged: ReplyPart[] = [];
      for (const options of [{ maxChunks: 9 }, { until: 'word' as const }]) {
        merged.length = 0;
        from(chunks)
          .pipe(bufferChunks(options), toParts())
          .subscribe((part) => merged.push(part));
        expect(merged).toEqual(partsOf(...chunks));
      }
    });
  });

  describe('a citation', () => {
    it('is emitted once, after the text of its chunk', () => {
      const parts = partsOf(chunk('a'), citing('x', 'y'), chunk('b'), citing('x', 'y', 'z'), finishChunk());
      const citations = [...'xyz'].map((uri) => ({ type: 'citation', citation: { uri } }));
      expect(parts).toEqual([text('ab'), ...citations, { ...finish, finishReason: 'STOP' }]);
    });

    it('is emitted at once if no text is open', () => {
      const source = new Subject<GeminiChunk>();
      const seen: ReplyPart[] = [];
      source.pipe(toParts()).subscribe((part) => seen.push(part));
      source.next(citing('x'));
      expect(seen).toEqual([{ type: 'citation', citation: { uri: 'x' } }]);
    });
  });

  describe('the finish', () => {
    it('has the latest value of each field of the whole reply', () => {
      const grounded = (query: string) =>
        toChunk({
          candidates: [
            { index: 0, groundingMetadata: { webSearchQueries: [query] }, logprobsResult: { logProbabilitySum: 1 } },
          ],
          usageMetadata: { promptTokenCount: 3 },
        });
      const last = finishChunk('MAX_TOKENS', { candidatesTokenCount: 5 });
      expect(partsOf(grounded('a'), grounded('b'), last)).toEqual([
        {
          type: 'finish',
          finishReason: 'MAX_TOKENS',
          groundingMetadata: { webSearchQueries: ['b'] },
          usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 5 },
        },
      ]);
    });

    it('is cleared by content that follows', () => {
      expect(partsOf(finishChunk(), chunk('a')).at(-1)).toEqual(finish);
      expect(partsOf(finishChunk(), chunk('a'), finishChunk('SAFETY')).at(-1)).toMatchObject({
        finishReason: 'SAFETY',
      });
    });

    it('has the marks of this side, and the reason of a blocked prompt', () => {
      const cancelled = { reason: 'enough' };
      expect(partsOf(chunk('a'), { text: '', cancelled })).toEqual([text('a'), { ...finish, cancelled }]);
      expect(partsOf({ ...chunk('a'), stopped: cancelled })).toEqual([text('a'), { ...finish, stopped: cancelled }]);
      expect(partsOf(blockedChunk())).toEqual([{ ...finish, promptFeedback: { blockReason: 'SAFETY' } }]);
    });
  });

  it('is the finish of candidate 0', () => {
    const both = toChunk({
      candidates: [
        { index: 1, content: { parts: [{ text: 'b' }] }, finishReason: 'SAFETY' },
        { index: 0, content: { parts: [{ text: 'a' }] } },
      ],
    });
    expect(partsOf(both)).toEqual([text('a'), finish]);
  });

  it(
    'emits the finish of an empty reply, and no value for a silent reply',
    marbles((m) => {
      m.expectObservable(EMPTY.pipe(toParts())).toBe('(f|)', { f: finish });
      m.expectObservable(NEVER.pipe(toParts())).toBe('-');
    }),
  );

  it(
    'emits the open part before an error, and no finish',
    marbles((m) => {
      const source = m.cold(' -a-b-#', { a: chunk('a'), b: chunk('b') });
      const expected = '      -----(x#)';
      m.expectObservable(source.pipe(toParts())).toBe(expected, { x: text('ab') });
    }),
  );

  it(
    'drops the open part when it is unsubscribed',
    marbles((m) => {
      const source = m.cold(' -a-b-', { a: chunk('a'), b: callChunk('f') });
      const unsub = '         --!   ';
      const subs = '          ^-!   ';
      m.expectObservable(source.pipe(toParts()), unsub).toBe('---');
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(partsChunk([{ text: 'a' }, { functionCall: { name: 'f' } }]));
    });
    const seen: string[] = [];
    endless.pipe(toParts(), take(3)).subscribe(({ type }) => seen.push(type));
    expect(seen).toEqual(['text', 'functionCall', 'text']);
  });

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result$ = source.pipe(toParts());
    const seen: ReplyPart[][] = [[], []];
    result$.subscribe((part) => seen[0]?.push(part));
    source.next(chunk('a'));
    result$.subscribe((part) => seen[1]?.push(part));
    source.next(chunk('b'));
    source.complete();
    expect(seen).toEqual([
      [text('ab'), finish],
      [text('b'), finish],
    ]);
  });

  it('fails with the error that the source throws', () => {
    const seen: unknown[] = [];
    const broken = of(chunk('a')).pipe(concatWith(throwError(() => new Error('broken'))));
    broken
      .pipe(
        toParts(),
        map(({ type }) => type),
      )
      .subscribe({ next: (type) => seen.push(type), error: (cause: unknown) => seen.push(cause) });
    expect(seen).toEqual(['text', new Error('broken')]);
  });

  it('is a union over its type', () => {
    expectTypeOf(toParts()).toEqualTypeOf<OperatorFunction<GeminiChunk, ReplyPart>>();
    const read = (part: ReplyPart) => {
      if (part.type === 'text' || part.type === 'thought') expectTypeOf(part.text).toEqualTypeOf<string>();
      if (part.type === 'functionCall') expectTypeOf(part.functionCall).toEqualTypeOf<GeminiFunctionCall>();
      if (part.type === 'finish') expectTypeOf(part.usageMetadata).toEqualTypeOf<GeminiUsage | undefined>();
    };
    expectTypeOf(read).parameter(0).toEqualTypeOf<ReplyPart>();
  });
});
