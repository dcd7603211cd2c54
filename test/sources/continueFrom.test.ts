import type { Content as SdkContent, GenerateContentParameters } from '@google/genai';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { GeminiContent } from '../../src/chunk/contentsOf.js';
import { continueFrom } from '../../src/sources/continueFrom.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk } from '../../src/testing/chunks.js';
import { deepFreeze } from '../support/deepFreeze.js';

const partial = chunk('Once upon a ti');
const said = { role: 'model', parts: [{ text: 'Once upon a ti' }] };
const image = { inlineData: { data: 'AA==', mimeType: 'image/png' } };
const question = { role: 'user', parts: [{ text: 'Hello' }] };
const options = { instruction: 'Go on.' };
const goOn = { role: 'user', parts: [{ text: 'Go on.' }] };

describe('continueFrom', () => {
  it.each<[string, unknown, unknown[]]>([
    ['a text', 'Hello', [question]],
    ['a part', image, [{ role: 'user', parts: [image] }]],
    ['texts and parts, which are one turn', ['Hello', image], [{ role: 'user', parts: [{ text: 'Hello' }, image] }]],
    [
      'responses and texts, which are two turns',
      [{ functionResponse: { name: 'f' } }, { functionResponse: { name: 'g' } }, 'Hello'],
      [{ role: 'user', parts: [{ functionResponse: { name: 'f' } }, { functionResponse: { name: 'g' } }] }, question],
    ],
    ['a turn', question, [question]],
    ['turns', [question, said, question], [question, said, question]],
    ['a turn without a role', { parts: [{ text: 'Hello' }] }, [{ parts: [{ text: 'Hello' }] }]],
  ])('makes contents of %s, as the SDK does, and adds the partial answer', (_, contents, turns) => {
    expect(continueFrom({ contents }, partial, options)).toStrictEqual({ contents: [...turns, said, goOn] });
  });

  const askedStep = { type: 'user_input', content: [{ type: 'text', text: 'Hello' }] };
  const saidStep = { type: 'model_output', content: [{ type: 'text', text: 'Once upon a ti' }] };
  const goOnStep = { type: 'user_input', content: [{ type: 'text', text: 'Go on.' }] };
  const picture = { type: 'image', data: 'AA==', mime_type: 'image/png' };

  it.each<[string, unknown, unknown[]]>([
    ['a text', 'Hello', [askedStep]],
    ['a content', picture, [{ type: 'user_input', content: [picture] }]],
    [
      'contents, which are one step',
      [...askedStep.content, picture],
      [{ type: 'user_input', content: [...askedStep.content, picture] }],
    ],
    ['steps', [askedStep, saidStep, askedStep], [askedStep, saidStep, askedStep]],
  ])('makes steps of %s in the input of an interaction, and adds the partial answer', (_, input, steps) => {
    const params = deepFreeze({ model: 'm', input });
    expect(continueFrom(params, partial, options)).toStrictEqual({ model: 'm', input: [...steps, saidStep, goOnStep] });
  });

  it('returns the input of an interaction unchanged if nothing can be sent back', () => {
    expect(continueFrom({ input: 'Hello' }, finishChunk())).toStrictEqual({ input: 'Hello' });
  });

  it.each([[5], [[{ text: 'Hello' }]], [[null]]])('refuses the input %j', (input) => {
    expect(() => continueFrom({ input }, partial)).toThrow('Expected `input` to be a text, contents or steps, got');
  });

  it('has a default instruction, and takes another one', () => {
    const instruction = continueFrom({ contents: 'Hello' }, partial).contents.at(-1);
    expect(instruction?.role).toBe('user');
    expect(instruction?.parts[0]?.text).toMatch(/exactly where it stopped.*Do not repeat/);
    expect(continueFrom({ contents: 'Hello' }, partial, { instruction: undefined }).contents.at(-1)).toEqual(
      instruction,
    );
  });

  it('sends thoughts and signatures back unchanged', () => {
    const parts = [
      { text: 'hm', thought: true },
      { text: 'So', thoughtSignature: 'c2ln' },
    ];
    expect(continueFrom({ contents: [] }, partsChunk(parts), options).contents).toStrictEqual([
      { role: 'model', parts },
      goOn,
    ]);
    expect(continueFrom({ contents: 'Hello' }, thoughtChunk('hm')).contents).toHaveLength(3);
  });

  it('repeats the request if no part may be sent back', () => {
    const half = partsChunk([{ functionCall: { name: 'f', willContinue: true } }]);
    for (const nothing of [{ text: '' }, finishChunk(), half])
      expect(continueFrom({ contents: 'Hello' }, nothing)).toStrictEqual({ contents: [question] });
  });

  it("adds no instruction after a tool's response, which the model answers next", () => {
    const answered = partsChunk([
      { functionCall: { name: 'f', args: {} } },
      { functionResponse: { name: 'f', response: { a: 1 } } },
    ]);
    const roles = continueFrom({ contents: 'Hello' }, answered).contents.map(({ role }) => role);
    expect(roles).toEqual(['user', 'model', 'user']);
    expect(continueFrom({ contents: 'Hello' }, callChunk('f')).contents).toHaveLength(3);
  });

  it('keeps the other parameters, and changes no object in place', () => {
    const frozen = deepFreeze({ model: 'm', contents: [question], config: { temperature: 0 }, more: 1 });
    expect(continueFrom(frozen, deepFreeze(partial), options)).toStrictEqual({
      model: 'm',
      contents: [question, said, goOn],
      config: { temperature: 0 },
      more: 1,
    });
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    [['Hello', question], 'an object'],
    [Promise.resolve('Hello'), 'an object'],
  ])('throws for contents that cannot be sent: %j', (contents, got) => {
    const message = `Expected \`contents\` to be texts and parts, or contents, got ${got}`;
    expect(() => continueFrom({ contents }, partial)).toThrow(new TypeError(message));
  });

  it.each([
    ['', "''"],
    [1, '1'],
    [null, 'null'],
  ])('throws for an instruction that is not a text: %j', (instruction, got) => {
    const wrong = { instruction } as unknown as { instruction: string };
    const message = `Expected \`instruction\` to be a text, got ${got}`;
    expect(() => continueFrom({ contents: 'Hello' }, partial, wrong)).toThrow(new TypeError(message));
  });

  it("is generic in the params' type", () => {
    const next = continueFrom({ model: 'm', contents: 'Hello', config: { seed: 1 } }, partial);
    expectTypeOf(next.contents).toEqualTypeOf<GeminiContent[]>();
    expectTypeOf(next.config).toEqualTypeOf<{ seed: number }>();
    expectTypeOf(continueFrom<GenerateContentParameters>).returns.toExtend<GenerateContentParameters>();
    const contents: SdkContent[] = next.contents;
    expect(contents).toHaveLength(3);
    // @ts-expect-error -- a request without contents
    expect(() => continueFrom({ model: 'm' }, partial)).toThrow(TypeError);
  });
});
