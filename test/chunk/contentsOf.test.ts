import type { Content as SdkContent } from '@google/genai';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { contentsOf } from '../../src/chunk/contentsOf.js';
import type { GeminiPart } from '../../src/chunk/response.js';
import { chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import { arbitraryResponse } from '../support/arbitraryChunks.js';

const turnsOf = (...parts: GeminiPart[]) => contentsOf(partsChunk(parts));

describe('contentsOf', () => {
  it('makes a `model` content of text, thoughts, calls and data, and keeps signatures', () => {
    const parts: GeminiPart[] = [
      { text: 'hm', thought: true },
      { text: 'Hello', thoughtSignature: 'c2ln' },
      { functionCall: { name: 'f', args: {} }, thoughtSignature: 'c2ln' },
      { executableCode: { code: '1', language: 'PYTHON' } },
      { text: '', thoughtSignature: 'c2ln' },
    ];
    expect(turnsOf(...parts)).toStrictEqual([{ role: 'model', parts }]);
  });

  it('makes a `user` content of each run of function responses', () => {
    const call: GeminiPart = { functionCall: { name: 'f', args: {} } };
    const response: GeminiPart = { functionResponse: { name: 'f', response: { a: 1 } } };
    expect(turnsOf(call, call, response, response, { text: 'So.' }, call, response)).toStrictEqual([
      { role: 'model', parts: [call, call] },
      { role: 'user', parts: [response, response] },
      { role: 'model', parts: [{ text: 'So.' }, call] },
      { role: 'user', parts: [response] },
    ]);
  });

  it.each<[GeminiPart, GeminiPart]>([
    [{ thoughtSignature: 'S' }, { text: '', thoughtSignature: 'S' }],
    [
      { thought: true, thoughtSignature: 'S' },
      { text: '', thought: true, thoughtSignature: 'S' },
    ],
    [{ text: null, functionCall: null, thoughtSignature: 'S' } as never, { text: '', thoughtSignature: 'S' }],
    [
      { inlineData: { data: '' }, thoughtSignature: 'S' },
      { inlineData: { data: '' }, thoughtSignature: 'S' },
    ],
    [
      { toolCall: {}, thoughtSignature: 'S' },
      { toolCall: {}, thoughtSignature: 'S' },
    ],
  ])('adds an empty text to a part without data: %j', (part, sent) => {
    expect(turnsOf({ text: 'Yes' }, part)).toStrictEqual([{ role: 'model', parts: [{ text: 'Yes' }, sent] }]);
  });

  it('keeps the pictures of a function response', () => {
    const functionResponse = {
      name: 'f',
      response: {},
      parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }],
    };
    expect(turnsOf({ functionResponse })).toStrictEqual([{ role: 'user', parts: [{ functionResponse }] }]);
  });

  it('omits parts that the API would refuse', () => {
    const unfinished: GeminiPart[] = [
      { functionCall: { name: 'f', willContinue: true } },
      { functionCall: { partialArgs: [{ jsonPath: '$.a', numberValue: 1 }] } },
      { functionCall: {} },
    ];
    const nothing: GeminiPart[] = [{ text: '' }, { text: '', thought: true }, {}, { text: '', thoughtSignature: '' }];
    expect([...unfinished, ...nothing].map((part) => turnsOf(part))).toStrictEqual(Array(7).fill([]));
  });

  it('reads parts with `null` fields', () => {
    const part = { text: 'a', functionCall: null } as unknown as GeminiPart;
    expect(contentsOf({ candidates: [{ content: { parts: [part] } }] })).toStrictEqual([
      { role: 'model', parts: [part] },
    ]);
  });

  it('has no part with an empty text whose other fields have no value', () => {
    const part = { text: '', thoughtSignature: null } as unknown as GeminiPart;
    expect(contentsOf({ candidates: [{ content: { parts: [part] } }] })).toStrictEqual([]);
  });

  it('keeps the calls and responses of tools of the server, with their signatures, in a content of the model', () => {
    const parts = [
      { toolCall: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['a'] } }, thoughtSignature: 's' },
      { toolResponse: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', response: { result: 'b' } } },
      { text: 'It is b.' },
    ];
    expect(contentsOf(partsChunk(parts))).toEqual([{ role: 'model', parts }]);
    const [content] = contentsOf(partsChunk(parts));
    expectTypeOf(content?.parts[0]?.toolCall?.args).toEqualTypeOf<Record<string, unknown> | undefined>();
    expectTypeOf(content?.parts[0]?.toolResponse?.response).toEqualTypeOf<Record<string, unknown> | undefined>();
  });

  it('is empty without content, and reads another candidate', () => {
    expect(contentsOf(finishChunk())).toStrictEqual([]);
    expect(contentsOf(chunk('a'), 1)).toStrictEqual([]);
  });

  it('alternates roles without empty contents, and keeps every sendable part', () => {
    fc.assert(
      fc.property(arbitraryResponse, (response) => {
        const turns = contentsOf(response);
        expect(turns.every(({ parts }) => parts.length > 0)).toBe(true);
        expect(turns.every(({ role }, index) => role !== turns[index - 1]?.role)).toBe(true);
      }),
    );
  });

  it("is typed as the SDK's contents", () => {
    expectTypeOf(contentsOf).returns.toExtend<SdkContent[]>();
    const contents: SdkContent[] = [{ role: 'user', parts: [{ text: 'Hi' }] }, ...contentsOf(chunk('Hello'))];
    expect(contents).toHaveLength(2);
  });
});
