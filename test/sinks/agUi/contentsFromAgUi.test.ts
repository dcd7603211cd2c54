import { describe, expect, it } from 'vitest';
import { contentsFromAgUi, type AgUiInput, type AgUiMessage } from '../../../src/agUi.js';
import { isGeminiError } from '../../../src/index.js';
import { localCallId } from '../../../src/sinks/formats/localCallId.js';
import { growth, linear } from '../../support/growth.js';

const inputOf = (...messages: readonly AgUiMessage[]): AgUiInput => ({ threadId: 't', runId: 'r', messages });
const convert = (...messages: readonly AgUiMessage[]) => contentsFromAgUi(inputOf(...messages));

const user = (content: unknown): AgUiMessage => ({ id: 'u', role: 'user', content });
const call = (id: string, name: string, args = '{}', encryptedValue?: string) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
  ...(encryptedValue && { encryptedValue }),
});
const assistant = (content: string | undefined, ...toolCalls: ReturnType<typeof call>[]): AgUiMessage => ({
  id: 'a',
  role: 'assistant',
  ...(content !== undefined && { content }),
  ...(toolCalls.length > 0 && { toolCalls }),
});
const tool = (toolCallId: string, content: unknown, error?: string): AgUiMessage => ({
  id: 't',
  role: 'tool',
  toolCallId,
  content,
  ...(error !== undefined && { error }),
});

const called = (id: string, name: string, args: object = {}) => ({ functionCall: { id, name, args } });
const answered = (id: string, name: string, response: object) => ({ functionResponse: { id, name, response } });
const unanswered = { error: 'The call was not answered.' };

describe('contentsFromAgUi', () => {
  it('keeps what a reply says after its calls with these calls, while the browser still has to answer', () => {
    const call = (id: string) => ({ id, type: 'function', function: { name: id, arguments: '{}' } });
    const messages = [
      { id: '1', role: 'user', content: 'Hello' },
      { id: '2', role: 'assistant', toolCalls: [call('browser'), call('server')] },
      { id: '3', role: 'tool', toolCallId: 'server', content: '1' },
      { id: '4', role: 'assistant', content: 'One moment.' },
      { id: '5', role: 'tool', toolCallId: 'browser', content: '2' },
    ] as const;
    const response = (id: string, output: number) => ({ functionResponse: { id, name: id, response: { output } } });
    expect(contentsFromAgUi({ threadId: 't', runId: 'r', messages })).toEqual([
      { role: 'user', parts: [{ text: 'Hello' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { id: 'browser', name: 'browser', args: {} } },
          { functionCall: { id: 'server', name: 'server', args: {} } },
          { text: 'One moment.' },
        ],
      },
      { role: 'user', parts: [response('browser', 2), response('server', 1)] },
    ]);
  });

  it('converts texts, and leaves out instructions, activities and unsigned thoughts', () => {
    expect(
      convert(
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: 'Be kind.' },
        user('Hello'),
        { role: 'reasoning', content: 'Hm.' },
        assistant('Hi'),
        { role: 'activity', content: { plan: [] } },
        user(''),
        user('And?'),
      ),
    ).toEqual([
      { role: 'user', parts: [{ text: 'Hello' }] },
      { role: 'model', parts: [{ text: 'Hi' }] },
      { role: 'user', parts: [{ text: 'And?' }] },
    ]);
  });

  it("puts parallel calls in one content, their responses in the next, and the user's words in their own", () => {
    expect(
      convert(
        user('Weather?'),
        assistant('Let me see.', call('1', 'weather', '{"city":"Oslo"}'), call('2', 'weather', '{"city":"Rome"}')),
        tool('2', '{"sky":"blue"}'),
        tool('1', '{"sky":"grey"}'),
        user('And now?'),
      ),
    ).toEqual([
      { role: 'user', parts: [{ text: 'Weather?' }] },
      {
        role: 'model',
        parts: [
          { text: 'Let me see.' },
          called('1', 'weather', { city: 'Oslo' }),
          called('2', 'weather', { city: 'Rome' }),
        ],
      },
      { role: 'user', parts: [answered('1', 'weather', { sky: 'grey' }), answered('2', 'weather', { sky: 'blue' })] },
      { role: 'user', parts: [{ text: 'And now?' }] },
    ]);
  });

  it('joins messages of one turn, and separates turns at a result', () => {
    expect(
      convert(
        user('Go'),
        assistant('First.', call('1', 'a')),
        assistant(undefined, call('2', 'b')),
        tool('1', 'one'),
        tool('2', 'two'),
        assistant('Then.', call('3', 'c')),
        tool('3', 'three'),
        assistant('Done.'),
      ).map(({ role, parts }) => [role, parts.length]),
    ).toEqual([
      ['user', 1],
      ['model', 3],
      ['user', 2],
      ['model', 2],
      ['user', 1],
      ['model', 1],
    ]);
  });

  it('answers each call, also with a result that comes later or not at all', () => {
    expect(
      convert(
        user('Go'),
        assistant(undefined, call('1', 'a'), call('2', 'b'), call('3', 'c')),
        user('Wait'),
        tool('1', 'late'),
        tool('2', 'first'),
        tool('2', 'second'),
        tool('4', 'of no call'),
      ),
    ).toEqual([
      { role: 'user', parts: [{ text: 'Go' }] },
      { role: 'model', parts: [called('1', 'a'), called('2', 'b'), called('3', 'c')] },
      {
        role: 'user',
        parts: [
          answered('1', 'a', { output: 'late' }),
          answered('2', 'b', { output: 'second' }),
          answered('3', 'c', unanswered),
        ],
      },
      { role: 'user', parts: [{ text: 'Wait' }] },
    ]);
  });

  it('gives a result to the latest call with its id', () => {
    const round = [assistant(undefined, call('1', 'a')), tool('1', 'x')];
    expect(
      convert(user('Go'), ...round, ...round).map(({ parts: [part] }) => part?.functionResponse?.response),
    ).toEqual([undefined, undefined, { output: 'x' }, undefined, { output: 'x' }]);
  });

  it.each([
    ['an object', '{"a":1}', { a: 1 }],
    ['a list', '[1]', { output: [1] }],
    ['a number', '1', { output: 1 }],
    ['a JSON text', '"x"', { output: 'x' }],
    ['a text', 'sunny', { output: 'sunny' }],
    ['an empty text', '', { output: '' }],
    [
      'text parts',
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      { output: 'a\nb' },
    ],
    ['a text part with an object', [{ type: 'text', text: '{"a":1}' }], { a: 1 }],
  ])('converts the result %s', (_, content, response) => {
    expect(convert(user('Go'), assistant(undefined, call('1', 'a')), tool('1', content))[2]?.parts).toEqual([
      answered('1', 'a', response),
    ]);
  });

  it('converts the failure and the media of a tool', () => {
    const image = { type: 'image', source: { type: 'data', value: 'AAAA', mimeType: 'image/png' } };
    const results = [tool('1', '', 'No network'), tool('2', 'half', 'Cut'), tool('3', [image])];
    const calls = assistant(undefined, call('1', 'a'), call('2', 'b'), call('3', 'c'));
    expect(convert(user('Go'), calls, ...results)[2]?.parts).toEqual([
      answered('1', 'a', { error: 'No network' }),
      answered('2', 'b', { output: 'half', error: 'Cut' }),
      {
        functionResponse: {
          id: '3',
          name: 'c',
          response: { output: '' },
          parts: [{ inlineData: { data: 'AAAA', mimeType: 'image/png' } }],
        },
      },
    ]);
  });

  it('leaves out calls with unfinished arguments, with their results', () => {
    expect(
      convert(
        user('Go'),
        assistant(
          'Hm.',
          call('1', 'a', '{"city":"Os'),
          call('2', 'b', '[1]'),
          call('3', 'c', ''),
          call('4', 'd', 'null'),
        ),
        tool('1', 'x'),
      ).slice(1),
    ).toEqual([
      { role: 'model', parts: [{ text: 'Hm.' }, called('3', 'c'), called('4', 'd')] },
      { role: 'user', parts: [answered('3', 'c', unanswered), answered('4', 'd', unanswered)] },
    ]);
  });

  it('returns signatures to texts, calls and thoughts', () => {
    const signed = (message: AgUiMessage, encryptedValue: string) => ({ ...message, encryptedValue });
    expect(
      convert(
        user('Go'),
        signed({ role: 'reasoning', content: 'Hm.' }, 's1'),
        signed(assistant('Yes.', call('1', 'a', '{}', 's2'), call('2', 'b')), 's3'),
        tool('1', 'x'),
        tool('2', 'y'),
        signed(assistant(undefined, call('3', 'c')), 's4'),
        tool('3', 'z'),
        signed(assistant(''), 's5'),
      ).flatMap(({ role, parts }) => (role === 'model' ? parts : [])),
    ).toEqual([
      { text: 'Hm.', thought: true, thoughtSignature: 's1' },
      { text: 'Yes.', thoughtSignature: 's3' },
      { ...called('1', 'a'), thoughtSignature: 's2' },
      called('2', 'b'),
      { ...called('3', 'c'), thoughtSignature: 's4' },
      { text: '', thoughtSignature: 's5' },
    ]);
  });

  it('removes the ids of calls to which the model gave none', () => {
    const id = localCallId('run', 1);
    expect(convert(user('Go'), assistant(undefined, call(id, 'a')), tool(id, 'x')).slice(1)).toEqual([
      { role: 'model', parts: [{ functionCall: { name: 'a', args: {} } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'a', response: { output: 'x' } } }] },
    ]);
  });

  const data = { data: 'AAAA', mimeType: 'image/png' };
  const url = 'https://a.example/b.png';
  it.each([
    ['data', { type: 'image', source: { type: 'data', value: 'AAAA', mimeType: 'image/png' } }, { inlineData: data }],
    ['a URL', { type: 'audio', source: { type: 'url', value: url } }, { fileData: { fileUri: url } }],
    [
      'a URL with a type',
      { type: 'video', source: { type: 'url', value: url, mimeType: 'video/mp4' } },
      { fileData: { fileUri: url, mimeType: 'video/mp4' } },
    ],
    [
      'a data URL',
      { type: 'document', source: { type: 'url', value: 'data:image/png;base64,AAAA' } },
      { inlineData: data },
    ],
    [
      'a file',
      { type: 'document', source: { type: 'file', value: 'files/1', provider: 'google' } },
      { fileData: { fileUri: 'files/1' } },
    ],
    ['old data', { type: 'binary', mimeType: 'image/png', data: 'AAAA' }, { inlineData: data }],
    ['an old URL', { type: 'binary', mimeType: 'a/b', url }, { fileData: { fileUri: url, mimeType: 'a/b' } }],
    [
      'an old file',
      { type: 'binary', mimeType: 'a/b', id: 'files/1', url: null },
      { fileData: { fileUri: 'files/1', mimeType: 'a/b' } },
    ],
  ])('converts a medium: %s', (_, part, expected) => {
    expect(convert(user([{ type: 'text', text: 'See' }, part]))).toEqual([
      { role: 'user', parts: [{ text: 'See' }, expected] },
    ]);
  });

  const secret = 'SECRET';
  const deep = '['.repeat(2000) + ']'.repeat(2000);
  const wrong: [place: string, input: unknown][] = [
    ['input', undefined],
    ['input', null],
    ['input', secret],
    ['input', [secret]],
    ['messages', {}],
    ['messages', { messages: secret }],
    ['messages', { messages: { length: 3 } }],
    ['messages[0]', { messages: [null] }],
    ['messages[0].role', { messages: [{ role: secret }] }],
    ['messages[0].role', { messages: [{ role: '__proto__' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: { text: secret } }] }],
    ['messages[0].content[0]', { messages: [{ role: 'user', content: [secret] }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ type: secret }] }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text', text: 1 }] }] }],
    ['messages[0].content[0].source', { messages: [{ role: 'user', content: [{ type: 'image' }] }] }],
    [
      'messages[0].content[0].source.value',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', value: `file:${secret}` } }] }] },
    ],
    [
      'messages[0].content[0].source.value',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', value: `gs://${secret}` } }] }] },
    ],
    [
      'messages[0].content[0].id',
      { messages: [{ role: 'user', content: [{ type: 'binary', id: `gs://${secret}` }] }] },
    ],
    [
      'messages[0].content[0].source.mimeType',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'data', value: secret } }] }] },
    ],
    ['messages[0].content[0]', { messages: [{ role: 'user', content: [{ type: 'binary', mimeType: secret }] }] }],
    ['messages[0].content', { messages: [{ role: 'reasoning', content: [secret] }] }],
    ['messages[0].encryptedValue', { messages: [{ role: 'assistant', encryptedValue: 1 }] }],
    ['messages[0].toolCalls', { messages: [{ role: 'assistant', toolCalls: secret }] }],
    ['messages[0].toolCalls[0].function', { messages: [{ role: 'assistant', toolCalls: [{ id: secret }] }] }],
    [
      'messages[0].toolCalls[0].function.name',
      { messages: [{ role: 'assistant', toolCalls: [{ id: secret, function: { name: '' } }] }] },
    ],
    [
      'messages[0].toolCalls[0].function.name',
      { messages: [{ role: 'assistant', toolCalls: [{ id: secret, function: {} }] }] },
    ],
    [
      'messages[0].toolCalls[0].function.arguments',
      { messages: [{ role: 'assistant', toolCalls: [{ id: secret, function: { name: 'a', arguments: {} } }] }] },
    ],
    ['messages[0].toolCallId', { messages: [{ role: 'tool', content: secret }] }],
    [
      'messages[0].toolCalls[0].function.arguments',
      { messages: [{ role: 'assistant', toolCalls: [{ id: '1', function: { name: 'a', arguments: deep } }] }] },
    ],
    ['input', JSON.parse(`{"messages":[],"state":${deep}}`)],
  ];

  it.each(wrong)('refuses a wrong `%s`, and quotes nothing of it', (place, input) => {
    const failure = thrownBy(() => contentsFromAgUi(input as AgUiInput));
    expect(isGeminiError(failure) && failure.kind).toBe('invalid_request');
    expect(String(failure)).toContain(`\`${place}\``);
    expect(String(failure)).not.toContain(secret);
  });

  it('keeps a field with the name of the prototype a field', () => {
    const args = '{"__proto__":{"polluted":true}}';
    const [, said] = convert(user('Go'), assistant(undefined, call('1', 'a', args)), tool('1', args));
    expect(JSON.stringify(said)).toContain('"__proto__"');
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
  });

  it('takes time linear in the messages, the calls and the parts', async () => {
    const many = (count: number): AgUiInput => {
      const ids = Array.from({ length: count }, (_, index) => String(index));
      return inputOf(
        user(ids.map((text) => ({ type: 'text', text: `${text}.` }))),
        assistant('Go.', ...ids.map((id) => call(id, 'a'))),
        ...ids.map((id) => tool(id, 'x')).reverse(),
        ...ids.flatMap((id) => [assistant(id), user(id)]),
      );
    };
    expect(await growth(1000, (count) => contentsFromAgUi(many(count)))).toBeLessThan(linear);
  });

  it('converts a content of very many parts', () => {
    const parts = Array.from({ length: 200_000 }, () => ({ type: 'text', text: 'a' }));
    expect(convert(user(parts))[0]?.parts).toHaveLength(200_000);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (cause) {
    return cause;
  }
  return undefined;
}
