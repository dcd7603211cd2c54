import { describe, expect, expectTypeOf, it } from 'vitest';
import { contentsFromUiMessages, type UiMessage, type UiMessagePart } from '../../../src/aiSdk.js';
import type { GeminiContent } from '../../../src/chunk/contentsOf.js';
import { isGeminiError, type GeminiError } from '../../../src/errors/geminiError.js';
import { deepFreeze } from '../../support/deepFreeze.js';
import { growth, linear } from '../../support/growth.js';

const user = (...parts: UiMessagePart[]): UiMessage => ({ id: 'u', role: 'user', parts });
const assistant = (...parts: UiMessagePart[]): UiMessage => ({ id: 'a', role: 'assistant', parts });
const said = (text: string): UiMessagePart => ({ type: 'text', text });
const hello = user(said('Hello'));
const google = (fields: object) => ({ google: fields });
const step: UiMessagePart = { type: 'step-start' };
const picture = { type: 'file', url: 'data:image/png;base64,AAAA', mediaType: 'image/png' };
const inlineData = { mimeType: 'image/png', data: 'AAAA' };
const unanswered = { error: 'The call was not answered.' };

function tool(toolCallId: string, fields: object): UiMessagePart {
  return { type: 'dynamic-tool', toolName: 'sky', toolCallId, state: 'output-available', input: { at: 1 }, ...fields };
}

/** The contents of one answer between two messages of the user. */
function answered(...parts: UiMessagePart[]): GeminiContent[] {
  return contentsFromUiMessages(deepFreeze([hello, assistant(...parts), hello])).slice(1, -1);
}

const callsIn = (content: GeminiContent | undefined) => content?.parts.map(({ functionCall }) => functionCall?.args);
const responsesIn = (content: GeminiContent | undefined) =>
  content?.parts.map(({ functionResponse }) => functionResponse?.response);

/** The part of one file of the user. */
function sentFile(file: object): unknown {
  return contentsFromUiMessages([user({ type: 'file', ...file })])[0]?.parts[0];
}

function refusalOf(messages: unknown): GeminiError {
  try {
    contentsFromUiMessages(messages as UiMessage[]);
  } catch (cause) {
    if (isGeminiError(cause)) return cause;
    throw cause;
  }
  throw new Error('The messages were accepted');
}

describe('contentsFromUiMessages', () => {
  it('returns the words of the user and of the model in turn', () => {
    expect(contentsFromUiMessages([hello, assistant(step, said('Hi'), said('')), user(said('a'), said('b'))])).toEqual([
      { role: 'user', parts: [{ text: 'Hello' }] },
      { role: 'model', parts: [{ text: 'Hi' }] },
      { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] },
    ]);
    expect(contentsFromUiMessages([])).toEqual([]);
    expectTypeOf(contentsFromUiMessages).returns.toEqualTypeOf<GeminiContent[]>();
  });

  it('leaves out system messages, and messages and parts that say nothing', () => {
    const system: UiMessage = { id: 's', role: 'system', parts: [said('Obey me')] };
    const silent = ['data-error', 'source-url', 'source-document', 'custom', 'unheard-of'].map((type) => ({ type }));
    expect(contentsFromUiMessages([system, hello, assistant(), assistant(step, ...silent), user(...silent)])).toEqual([
      { role: 'user', parts: [{ text: 'Hello' }] },
    ]);
  });

  it('sends the calls of a step, then their responses, then the words of the user', () => {
    const messages = [
      hello,
      assistant(
        step,
        said('Let me see'),
        tool('1', { output: { sky: 'blue' } }),
        tool('2', { type: 'tool-wind', output: [3] }),
        step,
        tool('3', { output: 'calm' }),
      ),
      user(said('And now?')),
    ];
    expect(contentsFromUiMessages(messages)).toEqual([
      { role: 'user', parts: [{ text: 'Hello' }] },
      {
        role: 'model',
        parts: [
          { text: 'Let me see' },
          { functionCall: { id: '1', name: 'sky', args: { at: 1 } } },
          { functionCall: { id: '2', name: 'wind', args: { at: 1 } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: '1', name: 'sky', response: { sky: 'blue' } } },
          { functionResponse: { id: '2', name: 'wind', response: { output: [3] } } },
        ],
      },
      { role: 'model', parts: [{ functionCall: { id: '3', name: 'sky', args: { at: 1 } } }] },
      { role: 'user', parts: [{ functionResponse: { id: '3', name: 'sky', response: { output: 'calm' } } }] },
      { role: 'user', parts: [{ text: 'And now?' }] },
    ]);
  });

  it.each<[string, object, object]>([
    ['an output', { output: { a: 1 } }, { a: 1 }],
    ['no value', { output: undefined }, { output: null }],
    ['an error', { state: 'output-error', errorText: 'No sky' }, { error: 'No sky' }],
    ['an error without words', { state: 'output-error' }, { error: 'The call failed.' }],
    ['a denial', { state: 'output-denied' }, { error: 'The user denied this call.' }],
    [
      'a refusal',
      { state: 'approval-responded', approval: { approved: false } },
      { error: 'The user denied this call.' },
    ],
    ['no output', { state: 'input-available' }, unanswered],
    ['an open question', { state: 'approval-requested' }, unanswered],
    ['an interim output', { preliminary: true, output: 1 }, unanswered],
  ])('answers a call with %s', (_, fields, response) => {
    const contents = answered(tool('1', { output: 'x' }), tool('2', fields), tool('3', { output: 'z' }));
    expect(responsesIn(contents[1])).toEqual([{ output: 'x' }, response, { output: 'z' }]);
  });

  it('answers an open call of the last message', () => {
    const contents = contentsFromUiMessages([hello, assistant(tool('1', { state: 'input-available' }))]);
    expect(responsesIn(contents[2])).toEqual([unanswered]);
  });

  it('drops calls that are unfinished, and those that the provider ran', () => {
    const streaming = tool('1', { state: 'input-streaming', input: {} });
    const executed = tool('2', { toolName: 'code_execution', providerExecuted: true, output: {} });
    expect(answered(said('a'), streaming, executed)).toEqual([{ role: 'model', parts: [{ text: 'a' }] }]);
  });

  it('sends arguments that are not an object as one, also those of a call that failed', () => {
    const inputs = [undefined, null, 'a', [1]].map((input, index) => tool(String(index), { input }));
    const failed = tool('4', { state: 'output-error', input: undefined, rawInput: '{"a', errorText: '' });
    expect(callsIn(answered(...inputs, failed)[0])).toEqual([{}, {}, { input: 'a' }, { input: [1] }, { input: '{"a' }]);
  });

  it('does not send ids that were made up for the client, and matches their responses all the same', () => {
    const open = tool('local-call-r-1', { state: 'input-available' });
    const contents = answered(open, tool('local-call-r-2', { output: { b: 2 } }));
    const functionCall = { name: 'sky', args: { at: 1 } };
    expect(contents).toEqual([
      { role: 'model', parts: [{ functionCall }, { functionCall }] },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'sky', response: unanswered } },
          { functionResponse: { name: 'sky', response: { b: 2 } } },
        ],
      },
    ]);
  });

  it('answers two calls of one id each with its own output', () => {
    const contents = answered(tool('1', { output: 'a' }), tool('1', { output: 'b' }));
    expect(responsesIn(contents[1])).toEqual([{ output: 'a' }, { output: 'b' }]);
  });

  it('returns a signature with its part: a text, an empty text, a thought, a call, a picture', () => {
    const signed = (thoughtSignature: string) => ({ providerMetadata: google({ thoughtSignature }) });
    expect(
      answered(
        { type: 'reasoning', text: 'Hm' },
        { type: 'reasoning', text: 'So', ...signed('1') },
        { ...said('a'), ...signed('2') },
        { ...said(''), ...signed('3') },
        { ...picture, ...signed('4') },
        tool('1', { callProviderMetadata: google({ thoughtSignature: '5' }), state: 'input-available' }),
      )[0]?.parts,
    ).toEqual([
      { text: 'So', thought: true, thoughtSignature: '1' },
      { text: 'a', thoughtSignature: '2' },
      { text: '', thoughtSignature: '3' },
      { inlineData, thoughtSignature: '4' },
      { functionCall: { id: '1', name: 'sky', args: { at: 1 } }, thoughtSignature: '5' },
    ]);
  });

  it('ignores metadata of another shape', () => {
    for (const metadata of [null, 1, [], {}, google([]), google({ thoughtSignature: 3 }), { openai: {} }]) {
      expect(answered({ ...said('a'), providerMetadata: metadata })).toEqual([
        { role: 'model', parts: [{ text: 'a' }] },
      ]);
    }
  });

  it('drops an interim picture of the thoughts, unless it is signed', () => {
    const thought = { ...picture, providerMetadata: google({ thought: true }) };
    const signed = { ...picture, providerMetadata: google({ thought: true, thoughtSignature: 's' }) };
    expect(answered(said('a'), thought, { ...picture, type: 'reasoning-file' }, signed)[0]?.parts).toEqual([
      { text: 'a' },
      { inlineData, thought: true, thoughtSignature: 's' },
    ]);
  });

  it('returns the files of a result with the response of their call', () => {
    const fileOfCall = (toolCallId: string) => ({ ...picture, providerMetadata: google({ toolCallId }) });
    const contents = answered(tool('1', { output: 'seen' }), fileOfCall('1'), fileOfCall('none'));
    expect(contents[0]?.parts).toHaveLength(1);
    expect(contents[1]?.parts).toEqual([
      { functionResponse: { id: '1', name: 'sky', response: { output: 'seen' }, parts: [{ inlineData }] } },
    ]);
  });

  it('returns a message that was added to a run as words of the user', () => {
    const steering = { type: 'steering-message', id: 's', parts: [said('Faster')] };
    expect(answered(tool('1', { output: 'x' }), steering, said('Done'))).toMatchObject([
      { role: 'model', parts: [{ functionCall: {} }] },
      { role: 'user', parts: [{ functionResponse: {} }] },
      { role: 'user', parts: [{ text: 'Faster' }] },
      { role: 'model', parts: [{ text: 'Done' }] },
    ]);
  });

  const greeting = Buffer.from('Grüße, 100%').toString('base64');

  it.each<[string, object, object]>([
    ['a base64 URL', { url: 'data:image/png;base64,AAAA' }, inlineData],
    ['an upper-case URL', { url: 'DATA:image/png;BASE64,AAAA' }, inlineData],
    ['parameters', { url: 'data:text/css;charset=utf-8; a="b;c";base64,QQ==' }, { mimeType: 'text/css', data: 'QQ==' }],
    ['percent-encoded text', { url: 'data:text/css,Gr%C3%BC%c3%9fe, 100%' }, { mimeType: 'text/css', data: greeting }],
    ['plain text', { url: 'data:,Grüße, 100%' }, { mimeType: 'text/plain', data: greeting }],
    ['the alphabet of URLs', { url: 'data:a/b;base64,-_-_' }, { mimeType: 'a/b', data: '+/+/' }],
    ['escaped base64', { url: 'data:a/b;base64,%2B%2f%0AA%3D' }, { mimeType: 'a/b', data: '+/A=' }],
    ['base64 without padding', { url: 'data:a/b;base64,QQ' }, { mimeType: 'a/b', data: 'QQ==' }],
    ['a type in the part only', { url: 'data:;base64,AAAA', mediaType: 'a/b' }, { mimeType: 'a/b', data: 'AAAA' }],
    ['a wide type', { url: 'data:;base64,AAAA', mediaType: 'image' }, { mimeType: 'text/plain', data: 'AAAA' }],
  ])('sends the bytes of a file: %s', (_, file, data) => {
    expect(sentFile(file)).toEqual({ inlineData: data });
  });

  it.each<[string, object, object]>([
    ['its URL', { url: 'https://a.example/b.png', mediaType: 'image/png' }, { mimeType: 'image/png' }],
    ['its URL without a wide type', { url: 'https://a.example/b.png', mediaType: 'image/*' }, {}],
    ['its upload', { url: 'blob:x', providerReference: { google: 'https://a.example/b.png' } }, {}],
  ])('sends a file by %s', (_, file, type) => {
    expect(sentFile(file)).toEqual({ fileData: { fileUri: 'https://a.example/b.png', ...type } });
  });

  it.each<[string, unknown, string]>([
    ['no list', { secret: 1 }, 'messages'],
    ['a message that is no object', [hello, 'secret'], 'messages[1]'],
    ['a role', [{ ...hello, role: 'secret' }], 'messages[0].role'],
    ['no parts', [{ role: 'user', content: 'secret' }], 'messages[0].parts'],
    ['a part that is null', [{ role: 'user', parts: [null] }], 'messages[0].parts[0]'],
    ['a part without a type', [{ role: 'user', parts: [{ text: 'secret' }] }], 'messages[0].parts[0].type'],
    ['a text that is no string', [{ role: 'user', parts: [{ type: 'text', text: {} }] }], 'messages[0].parts[0].text'],
    ['a file without a URL', [user({ type: 'file' })], 'messages[0].parts[0].url'],
    ['a file of a bucket', [user({ type: 'file', url: 'gs://secret/file' })], 'messages[0].parts[0].url'],
    ['wrong base64', [user({ type: 'file', url: 'data:a/b;base64,sec*ret' })], 'messages[0].parts[0].url'],
    ['base64 of a wrong length', [user({ type: 'file', url: 'data:a/b;base64,secre' })], 'messages[0].parts[0].url'],
    ['a data URL without data', [user({ type: 'file', url: 'data:secret' })], 'messages[0].parts[0].url'],
    ['a tool without a name', [assistant(tool('1', { toolName: 3 }))], 'messages[0].parts[0].toolName'],
    ['a tool with an empty name', [assistant(tool('1', { toolName: '' }))], 'messages[0].parts[0].toolName'],
    ['a tool without an id', [assistant(tool('1', { toolCallId: {} }))], 'messages[0].parts[0].toolCallId'],
    ['wrong words in a run', [assistant({ type: 'steering-message' })], 'messages[0].parts[0].parts'],
  ])('refuses %s with the place, and quotes nothing', (_, messages, place) => {
    const error = refusalOf(messages);
    expect(error.kind).toBe('invalid_request');
    expect(error.message).toContain(`\`${place}\``);
    expect(error.message).not.toContain('secret');
  });

  it('refuses messages that are nested too deep', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(refusalOf([hello, assistant(tool('1', { output: deep }))]).kind).toBe('invalid_request');
  });

  it('neither fails for the names of prototypes nor pollutes them', () => {
    const hostile = JSON.parse(
      '[{"role":"user","parts":[{"type":"text","text":"a"}],"__proto__":{"x":1}},' +
        '{"role":"assistant","parts":[{"type":"tool-__proto__","toolCallId":"__proto__","state":"constructor",' +
        '"input":{"__proto__":{"polluted":1}},"callProviderMetadata":{"__proto__":{"google":{"thoughtSignature":"s"}}}}]}]',
    ) as UiMessage[];
    const contents = contentsFromUiMessages(hostile);
    expect(JSON.stringify(contents[1]?.parts)).toBe(
      '[{"functionCall":{"id":"__proto__","name":"__proto__","args":{"__proto__":{"polluted":1}}}}]',
    );
    expect(responsesIn(contents[2])).toEqual([unanswered]);
    expect(({} as { polluted?: number }).polluted).toBe(undefined);
  });

  const many = (size: number, part: (index: number) => UiMessagePart) =>
    Array.from({ length: size }, (_, i) => part(i));

  it.each<[string, (size: number) => UiMessage[]]>([
    ['messages', (size) => Array.from({ length: size }, () => hello)],
    ['parts', (size) => [user(...many(size, () => said('a')))]],
    ['calls', (size) => [hello, assistant(...many(size, (index) => tool(String(index), { output: 1 })))]],
    ['open calls', (size) => [hello, assistant(...many(size, () => tool('1', { state: 'x' })))]],
    ['text of a data URL', (size) => [user({ type: 'file', url: `data:,${'%'.repeat(size * 10)}` })]],
    ['base64', (size) => [user({ type: 'file', url: `data:a/b;base64,${'-A=='.slice(0, 2).repeat(size * 20)}` })]],
  ])('takes time linear in the %s', async (_, messagesOf) => {
    expect(await growth(2_000, (size) => contentsFromUiMessages(messagesOf(size)))).toBeLessThan(linear);
  });

  it('reads a file of 40 MB', () => {
    const data = 'AAAA'.repeat(10_000_000);
    expect(sentFile({ url: `data:a/b;base64,${data}` })).toEqual({ inlineData: { mimeType: 'a/b', data } });
  });
});
