import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeHistory } from '../../src/chunk/normalizeHistory.js';
import type { GeminiContent, GeminiContentPart } from '../../src/chunk/contentsOf.js';
import { deepFreeze } from '../support/deepFreeze.js';
import { growth, linear } from '../support/growth.js';
import { refusal } from '../chat/chatModel.js';

const text = (word: string): GeminiContentPart => ({ text: word });
const call = (name: string, id?: string): GeminiContentPart => ({
  functionCall: { ...(id && { id }), name, args: {} },
});
const response = (name: string, id?: string): GeminiContentPart => ({
  functionResponse: { ...(id && { id }), name, response: { output: name } },
});
const unanswered = (name: string, id?: string): GeminiContentPart => ({
  functionResponse: { ...(id && { id }), name, response: { error: 'The call was not answered.' } },
});
const user = (...parts: GeminiContentPart[]): GeminiContent => ({ role: 'user', parts });
const model = (...parts: GeminiContentPart[]): GeminiContent => ({ role: 'model', parts });

const name = fc.constantFrom('a', 'b');
const id = fc.constantFrom(undefined, '1', '2');
const part: Arbitrary<GeminiContentPart> = fc.oneof(
  fc.string({ minLength: 1, maxLength: 3 }).map(text),
  fc.tuple(name, id).map(([called, callId]) => call(called, callId)),
  fc.tuple(name, id).map(([called, callId]) => response(called, callId)),
);
/** Only the model's contents have calls, and only the user's have responses, as in every chat. */
const content: Arbitrary<GeminiContent> = fc
  .record({ role: fc.constantFrom('user' as const, 'model' as const), parts: fc.array(part, { maxLength: 4 }) })
  .map(({ role, parts }) => ({
    role,
    parts: parts.filter((each) => (role === 'model' ? !each.functionResponse : !each.functionCall)),
  }));
const contents = fc.array(content, { maxLength: 20 }).map(deepFreeze);

const textsOf = (list: readonly GeminiContent[], role: GeminiContent['role']) =>
  list.flatMap((each) => (each.role === role ? each.parts.flatMap((one) => one.text ?? []) : []));

describe('normalizeHistory', () => {
  it('returns contents that the API accepts, for any contents, and does not change them', () => {
    fc.assert(
      fc.property(contents, (list) => {
        // A question has to come last, as it does in every request.
        expect(refusal(normalizeHistory([...list, user(text('?'))]))).toBe(undefined);
      }),
    );
  });

  it("loses no text of the user, and only the model's text before the user's first content", () => {
    fc.assert(
      fc.property(contents, (list) => {
        const sent = normalizeHistory(list);
        expect(textsOf(sent, 'user')).toEqual(textsOf(list, 'user'));
        const said = textsOf(list, 'model');
        expect(said.slice(said.length - textsOf(sent, 'model').length)).toEqual(textsOf(sent, 'model'));
      }),
    );
  });

  it('matches a response to its call by id, also after one without an id', () => {
    const asked = [user(text('?')), model(call('a', '1'), call('a', '2'))];
    const [late, early] = [response('a'), response('a', '1')];
    expect(normalizeHistory([...asked, user(late, early)]).at(-1)).toEqual(
      user(response('a', '1'), response('a', '2')),
    );
    const sent = normalizeHistory([
      ...asked,
      user({ functionResponse: { name: 'a', response: { output: 'late' } } }, early),
    ]);
    expect(sent.at(-1)?.parts.map(({ functionResponse }) => functionResponse?.response)).toEqual([
      { output: 'a' },
      { output: 'late' },
    ]);
  });

  it('returns alternating contents unchanged', () => {
    fc.assert(
      fc.property(contents, (list) => {
        const sent = normalizeHistory(list);
        expect(normalizeHistory(sent)).toEqual(sent);
      }),
    );
  });

  it('joins neighbours of one role', () => {
    expect(normalizeHistory([user(text('1')), user(text('2')), model(text('a')), model(text('b'))])).toEqual([
      user(text('1'), text('2')),
      model(text('a'), text('b')),
    ]);
  });

  it('puts responses first, in the order of the calls, also if they arrive one by one', () => {
    const asked = [user(text('1')), model(call('a', '1'), call('a', '2'), call('b'))];
    expect(
      normalizeHistory([...asked, user(text('2'), response('b')), user(response('a', '2')), user(response('a', '1'))]),
    ).toEqual([...asked, user(response('a', '1'), response('a', '2'), response('b')), user(text('2'))]);
  });

  it.each([
    ['words after responses', [user(response('a')), user(text('2')), user(text('3'))], [user(text('2'), text('3'))]],
    ['words and responses in one content', [user(text('2'), response('a'), text('3'))], [user(text('2'), text('3'))]],
    ['words before late responses', [user(text('2')), user(response('a'))], [user(text('2'))]],
    ['responses alone', [user(response('a'))], []],
  ])("keeps responses and the user's message in two contents: %s", (_, contents, words) => {
    const asked = [user(text('1')), model(text('Hm'), call('a'))];
    const rest = [model(text('So'))];
    expect(normalizeHistory([...asked, ...contents, ...rest])).toEqual([
      ...asked,
      user(response('a')),
      ...words,
      ...rest,
    ]);
  });

  it('matches a response without an id to the first call of its name', () => {
    const asked = [user(text('1')), model(call('a', '1'), call('a', '2'))];
    expect(normalizeHistory([...asked, user(response('a'))])).toEqual([
      ...asked,
      user(response('a', '1'), unanswered('a', '2')),
    ]);
  });

  it('adds an error as the response to an unanswered call', () => {
    const asked = [user(text('1')), model(text('Hm'), call('a'))];
    expect(normalizeHistory([...asked, user(text('2'))])).toEqual([...asked, user(unanswered('a')), user(text('2'))]);
  });

  it('matches no response of another name or another id', () => {
    const asked = [user(text('1')), model(call('a', '1'))];
    for (const other of [response('b'), response('b', '2'), response('a', '2')]) {
      expect(normalizeHistory([...asked, user(other, text('2'))]).slice(2)).toEqual([
        user(unanswered('a', '1')),
        user(text('2')),
      ]);
    }
  });

  it.each<[string, (index: number) => GeminiContentPart]>([
    ['no id', () => response('a')],
    ['an id, in reverse order', (index) => response('a', String(-index))],
    ['another id', () => response('a', 'x')],
  ])('takes linear time for many calls whose responses have %s', async (_, responseAt) => {
    const work = (size: number) => {
      const indexes = Array.from({ length: size }, (__, index) => index);
      const calls = indexes.map((index) => call('a', String(index - size + 1)));
      expect(normalizeHistory([user(text('?')), model(...calls), user(...indexes.map(responseAt))])).toHaveLength(3);
    };
    expect(await growth(2_000, work)).toBeLessThan(linear);
  });

  it('adds no field to the response to a call that has no id or no name', () => {
    for (const functionCall of [{ name: 'a' }, { id: '1' }]) {
      const sent = normalizeHistory([user(text('1')), model({ functionCall }), user(text('2'))]);
      expect(sent[2]?.parts[0]?.functionResponse).toStrictEqual({
        ...functionCall,
        response: { error: 'The call was not answered.' },
      });
    }
  });

  it("drops responses without a call, and contents of the model before the user's first", () => {
    expect(normalizeHistory([model(text('Welcome')), user(response('a')), model(text('b')), user(text('1'))])).toEqual([
      user(text('1')),
    ]);
    expect(normalizeHistory([user(text('1')), model(text('a')), user(response('a')), model(text('b'))])).toEqual([
      user(text('1')),
      model(text('a'), text('b')),
    ]);
  });
});
