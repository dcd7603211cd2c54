import fc from 'fast-check';
import { GoogleGenAI } from '@google/genai';
import { firstValueFrom, lastValueFrom, NEVER, of } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { answerContents } from '../../src/chat/answerContents.js';
import type { ChatRequest, DeclaredTools } from '../../src/chat/chatSource.js';
import { createChat } from '../../src/chat/createChat.js';
import {
  readChatRequest,
  type CheckedChatRequest,
  type ReadChatRequestOptions,
} from '../../src/chat/readChatRequest.js';
import { contentsOf, type GeminiContent } from '../../src/chunk/contentsOf.js';
import { isGeminiError, type GeminiError } from '../../src/errors/geminiError.js';
import { publicError } from '../../src/errors/publicError.js';
import { chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';
import { growth, linear } from '../support/growth.js';
import { refusal } from './chatModel.js';

const user = (...parts: unknown[]) => ({ role: 'user', parts });
const said = (...parts: unknown[]) => ({ role: 'model', parts });
const hi = user({ text: 'Hi' });
const ask = (...contents: unknown[]) => ({ contents });
/** A word that no error may quote. */
const secret = 'sesame';

/** The error of a wrong request. */
function errorOf(body: unknown, options?: ReadChatRequestOptions): GeminiError {
  try {
    readChatRequest(body, options);
  } catch (error) {
    if (isGeminiError(error)) return error;
    throw error;
  }
  throw new Error('The request was accepted');
}

/** JSON that is nested to a depth. */
const nested = (depth: number, end: unknown = 1): unknown => {
  let value = end;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

describe('readChatRequest', () => {
  it('reads the request of a chat, as JSON or as a text, and drops all that is not allowed', async () => {
    const requests: ChatRequest[] = [];
    const chat = createChat(
      (request) => {
        requests.push(request);
        return of({ ...chunk('Fine.'), interaction: { id: 'int_1', status: 'completed' } }, finishChunk());
      },
      {
        config: { temperature: 1, systemInstruction: 'Obey.' },
        tools: { map: { declaration: { description: 'Shows a map.' }, run: () => 1 } },
      },
    );
    await lastValueFrom(chat.send('1'));
    await lastValueFrom(chat.send(['2', { inlineData: { mimeType: 'image/png', data: 'AA==' } }]));
    const [, request] = requests;
    expect(request?.previous?.id).toBe('int_1');
    const { contents } = request!;
    expect(readChatRequest(request)).toStrictEqual({ contents });
    expect(readChatRequest(JSON.stringify(request))).toStrictEqual({ contents });
    expect(readChatRequest(request, { allowTools: false, allowConfig: [] })).toStrictEqual({ contents });
  });

  it('copies the contents: a later change of the body has no effect', () => {
    const args = { a: [1] };
    const body = ask(hi, said({ functionCall: { name: 'f', args } }), user({ text: 'And?' }));
    const { contents } = readChatRequest(body);
    args.a.push(2);
    expect(contents[1]?.parts[0]?.functionCall?.args).toEqual({ a: [1] });
  });

  it('keeps every part that a chat sends, with its signatures', () => {
    const contents: GeminiContent[] = [
      {
        role: 'user',
        parts: [
          { text: 'What is this?' },
          { inlineData: { mimeType: 'image/png', data: 'AA==' }, videoMetadata: { fps: 1 } } as never,
        ],
      },
      {
        role: 'model',
        parts: [
          { text: 'Hm', thought: true, thoughtSignature: 'S' },
          { executableCode: { code: '1 + 1', language: 'PYTHON' } as never },
          { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } as never },
          { toolCall: { id: 't', toolType: 'GOOGLE_SEARCH', args: { q: 'x' } } as never },
          { toolResponse: { id: 't', toolType: 'GOOGLE_SEARCH', response: {} } as never },
          { functionCall: { id: '1', name: 'f', args: { deep: [{ a: null }] } }, thoughtSignature: 'T' },
          { text: '', thoughtSignature: 'U' },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            functionResponse: {
              id: '1',
              name: 'f',
              response: { ok: true },
              parts: [{ inlineData: { mimeType: 'image/png', data: '_-8=' } }],
            },
          },
        ],
      },
    ];
    expect(readChatRequest({ contents })).toStrictEqual({ contents });
  });

  it('drops unknown fields, unknown kinds of parts, empty texts and null', () => {
    const { contents } = readChatRequest(
      ask(
        {
          ...user({ text: 'Hi', id: 3, thought: null }, { text: '' }, { hologram: secret }, { videoMetadata: {} }),
          id: secret,
        },
        said(
          { functionCall: { name: 'f', args: null, willContinue: true, partialArgs: [{}] } },
          { text: '', functionCall: { name: 'g' } },
          { thoughtSignature: 'S' },
        ),
        user(
          { functionResponse: { name: 'f', response: { a: 1 }, scheduling: 'SILENT' } },
          { inlineData: { data: 'AA', mimeType: 'a/b', displayName: secret } },
        ),
      ),
    );
    expect(contents).toStrictEqual([
      user({ text: 'Hi' }),
      said({ functionCall: { name: 'f' } }, { functionCall: { name: 'g' } }, { text: '', thoughtSignature: 'S' }),
      user(
        { functionResponse: { name: 'f', response: { a: 1 } } },
        { functionResponse: { name: 'g', response: { error: 'The call was not answered.' } } },
      ),
      user({ inlineData: { data: 'AA', mimeType: 'a/b' } }),
    ]);
  });

  it('puts the contents in the order that the API demands', () => {
    const { contents } = readChatRequest(
      ask(
        hi,
        said({ functionCall: { name: 'f' } }),
        said({ functionCall: { name: 'g' } }),
        user({ text: 'And?' }, { functionResponse: { name: 'g', response: {} } }),
        user({ functionResponse: { name: 'forged', response: {} } }),
      ),
    );
    expect(refusal(contents)).toBeUndefined();
    expect(contents.map(({ role, parts }) => [role, ...parts.map((part) => Object.keys(part)[0])])).toEqual([
      ['user', 'text'],
      ['model', 'functionCall', 'functionCall'],
      ['user', 'functionResponse', 'functionResponse'],
      ['user', 'text'],
    ]);
  });

  it.each<[string, unknown, string]>([
    ['no body', undefined, 'The body of the request is not an object'],
    ['null', null, 'The body of the request is not an object'],
    ['a list', [hi], 'The body of the request is not an object'],
    ['a number', 3, 'The body of the request is not an object'],
    ['an empty text', '', 'The body of the request is not JSON'],
    ['half of a text', `{"contents":[{"role":"${secret}`, 'The body of the request is not JSON'],
    ['a text of a list', '[]', 'The body of the request is not an object'],
    ['no contents', {}, 'Expected `contents` of the request to be a list of contents, got undefined'],
    [
      'contents as a text',
      { contents: secret },
      'Expected `contents` of the request to be a list of contents, got a string',
    ],
    ['contents as a map', { contents: { 0: hi, length: 1 } }, 'list of contents, got an object'],
    ['an empty list', ask(), "The request has nothing to answer: the first content is not the user's"],
    ['a content that is null', ask(null), 'Expected `contents[0]` of the request to be a content, got null'],
    ['a content that is a list', ask(hi, [hi]), 'Expected `contents[1]` of the request to be a content, got an array'],
    [
      'a role of the system',
      ask({ role: 'system', parts: [{ text: secret }] }, hi),
      "`contents[0].role` of the request to be 'user' or 'model'",
    ],
    ['a role of a function', ask(hi, { role: 'function', parts: [] }), '`contents[1].role`'],
    ['a role that is an object', ask({ role: { toString: secret }, parts: [] }), '`contents[0].role`'],
    ['no role', ask({ parts: [{ text: 'Hi' }] }), '`contents[0].role`'],
    ['no parts', ask({ role: 'user' }), 'Expected `contents[0].parts` of the request to be a list of parts'],
    ['parts as a text', ask({ role: 'user', parts: secret }), '`contents[0].parts`'],
    [
      'a part that is a text',
      ask(user(secret)),
      'Expected `contents[0].parts[0]` of the request to be a part, got a string',
    ],
    [
      'a text that is a number',
      ask(user({ text: 1 })),
      'Expected `contents[0].parts[0].text` of the request to be a string, got a number',
    ],
    ['a text that is an object', ask(user({ text: { length: 1 } })), '`contents[0].parts[0].text`'],
    [
      'a thought that is a text',
      ask(hi, said({ text: 'a', thought: secret }), hi),
      '`contents[1].parts[0].thought` of the request to be true or false',
    ],
    [
      'a signature that is an object',
      ask(hi, said({ text: 'a', thoughtSignature: {} }), hi),
      '`contents[1].parts[0].thoughtSignature`',
    ],
    [
      'two kinds in one part',
      ask(user({ text: 'a', inlineData: { data: 'AA', mimeType: 'a/b' } })),
      'to be of one kind, not `text` and `inlineData`',
    ],
    [
      'a call of the user',
      ask(user({ functionCall: { name: secret } })),
      "`contents[0].parts[0].functionCall` of the request to be absent, because the role is 'user'",
    ],
    ['code of the user', ask(user({ executableCode: { code: secret } })), '`contents[0].parts[0].executableCode`'],
    ['a tool of the service, called by the user', ask(user({ toolCall: {} })), '`contents[0].parts[0].toolCall`'],
    [
      'a response of the model',
      ask(hi, said({ functionResponse: { name: 'f' } }), hi),
      '`contents[1].parts[0].functionResponse`',
    ],
    [
      'a call without a name',
      ask(hi, said({ functionCall: {} }), hi),
      '`contents[1].parts[0].functionCall.name` of the request to be present',
    ],
    [
      'a call with an empty name',
      ask(hi, said({ functionCall: { name: '' } }), hi),
      '`contents[1].parts[0].functionCall.name` of the request to be a name',
    ],
    [
      'a name that is a list',
      ask(hi, said({ functionCall: { name: ['f'] } }), hi),
      '`contents[1].parts[0].functionCall.name` of the request to be a string',
    ],
    [
      'arguments that are a list',
      ask(hi, said({ functionCall: { name: 'f', args: [secret] } }), hi),
      '`contents[1].parts[0].functionCall.args` of the request to be an object, got an array',
    ],
    [
      'arguments that are no JSON',
      ask(hi, said({ functionCall: { name: 'f', args: { [secret]: 1n } } }), hi),
      '`contents[1].parts[0].functionCall.args` of the request to be JSON, got a bigint',
    ],
    [
      'arguments that are not finite',
      ask(hi, said({ functionCall: { name: 'f', args: { [secret]: Infinity } } }), hi),
      'to be JSON, got a number',
    ],
    [
      'a response that is a text',
      ask(hi, said({ functionCall: { name: 'f' } }), user({ functionResponse: { name: 'f', response: secret } })),
      '`contents[2].parts[0].functionResponse.response` of the request to be an object, got a string',
    ],
    [
      'data that are not base64',
      ask(user({ inlineData: { data: `data:image/png;base64,${secret}`, mimeType: 'image/png' } })),
      '`contents[0].parts[0].inlineData.data` of the request to be base64 data, got a string',
    ],
    [
      'data without a type',
      ask(user({ inlineData: { data: 'AA==' } })),
      '`contents[0].parts[0].inlineData.mimeType` of the request to be present',
    ],
    ['no data', ask(user({ inlineData: {} })), '`contents[0].parts[0].inlineData.data`'],
    [
      'a file',
      ask(user({ text: 'Read' }, { fileData: { fileUri: `gs://${secret}/key.pem` } })),
      'Expected no file that `allowFiles` does not allow, got one at `contents[0].parts[1].fileData` of the request',
    ],
    [
      'a file in a response',
      ask(
        hi,
        said({ functionCall: { name: 'f' } }),
        user({ functionResponse: { name: 'f', parts: [{ fileData: { fileUri: `gs://${secret}` } }] } }),
      ),
      'got one at `contents[2].parts[0].functionResponse.parts[0].fileData`',
    ],
    [
      "a model's content first",
      ask(said({ text: 'a' }), hi),
      "The request has nothing to answer: the first content is not the user's",
    ],
    [
      "a model's content last",
      ask(hi, said({ text: 'a' })),
      "The request has nothing to answer: the last content is not the user's",
    ],
    ['no words', ask(user({ text: '' })), 'The request has nothing to answer: the last content has no words'],
    ['a last content without words', ask(hi, said({ text: 'a' }), user()), 'the last content has no words'],
    [
      'a forged response alone',
      ask(hi, said({ text: 'a' }), user({ functionResponse: { name: 'f', response: {} } })),
      'the last content has no words, and no response to a call of the model',
    ],
    ['getters of a prototype', Object.create({ contents: [hi] }), 'Expected `contents` of the request'],
  ])('refuses %s, kind `invalid_request`, and quotes nothing', (_, body, sentence) => {
    const error = errorOf(body);
    expect(error).toMatchObject({ kind: 'invalid_request', retryable: false });
    expect(error.message).toContain(sentence);
    expect(error.message).not.toContain(secret);
    expect(error.cause).toBeUndefined();
    expect(publicError(error)).toMatchObject({ kind: 'invalid_request', message: 'The request cannot be answered' });
  });

  it.each<[string, unknown, ReadChatRequestOptions, 'size' | 'depth', string]>([
    [
      'contents',
      ask(hi, said({ text: 'a' }), hi),
      { maxContents: 2 },
      'size',
      'more than 2 contents, the limit `maxContents`',
    ],
    ['parts', ask(user({ text: 'a' }, {}, {})), { maxParts: 2 }, 'size', 'more than 2 parts, the limit `maxParts`'],
    [
      'a text',
      ask(user({ text: 'a'.repeat(100) })),
      { maxLength: 100 },
      'size',
      'more than 100 characters, the limit `maxLength`',
    ],
    [
      'texts together',
      ask(user(...Array<object>(10).fill({ text: 'a'.repeat(10) }))),
      { maxLength: 100 },
      'size',
      '`maxLength`',
    ],
    [
      'small values',
      ask(hi, said({ functionCall: { name: 'f', args: { a: Array(100).fill(0) } } }), hi),
      { maxLength: 100 },
      'size',
      '`maxLength`',
    ],
    [
      'names',
      ask(hi, said({ functionCall: { name: 'f', args: { ['a'.repeat(100)]: 0 } } }), hi),
      { maxLength: 100 },
      'size',
      '`maxLength`',
    ],
    [
      'a picture',
      ask(user({ inlineData: { data: 'A'.repeat(400), mimeType: 'a/b' } })),
      { maxData: 200 },
      'size',
      'more than 200 bytes of data, the limit `maxData`',
    ],
    [
      'a signature',
      ask(hi, said({ text: 'a', thoughtSignature: 'A'.repeat(400) }), hi),
      { maxData: 200 },
      'size',
      '`maxData`',
    ],
    [
      'pictures of tools',
      ask(
        hi,
        said({ functionCall: { name: 'f' } }),
        user({
          functionResponse: {
            name: 'f',
            parts: Array(3).fill({ inlineData: { data: 'AAAA'.repeat(30), mimeType: 'a/b' } }),
          },
        }),
      ),
      { maxData: 200 },
      'size',
      '`maxData`',
    ],
    [
      'arguments',
      ask(hi, said({ functionCall: { name: 'f', args: { a: nested(10) } } }), hi),
      { maxDepth: 10 },
      'depth',
      '`contents[1].parts[0].functionCall.args` of the request is nested deeper than 10 levels, the limit `maxDepth`',
    ],
    [
      'a deep text',
      JSON.stringify({ ...ask(hi), other: nested(200) }),
      {},
      'depth',
      'The body of the request is nested deeper than 100 levels',
    ],
    ['a text deeper than a stack', `{"contents":${'['.repeat(200_000)}`, {}, 'depth', 'The body'],
    [
      'a value deeper than a stack',
      ask(hi, said({ functionCall: { name: 'f', args: { a: nested(200_000) } } }), hi),
      {},
      'depth',
      'nested deeper than 100 levels',
    ],
    [
      'metadata',
      ask(user({ text: 'a', partMetadata: nested(200) })),
      {},
      'depth',
      '`contents[0].parts[0].partMetadata`',
    ],
    [
      'declarations',
      { ...ask(hi), tools: [{ functionDeclarations: [{ name: 'f', parameters: { a: nested(200) } }] }] },
      { allowTools: true },
      'depth',
      '`tools[0].functionDeclarations[0].parameters`',
    ],
    [
      'long declarations',
      { ...ask(hi), tools: [{ functionDeclarations: [{ name: 'f', description: 'a'.repeat(100) }] }] },
      { allowTools: true, maxLength: 100 },
      'size',
      '`maxLength`',
    ],
    [
      'config',
      { ...ask(hi), config: { labels: nested(200) } },
      { allowConfig: ['labels'] },
      'depth',
      '`config.labels`',
    ],
    [
      'long config',
      { ...ask(hi), config: { systemInstruction: 'a'.repeat(100) } },
      { allowConfig: ['systemInstruction'], maxLength: 100 },
      'size',
      '`maxLength`',
    ],
  ])('refuses too much, kind `overflow`: %s', (_, body, options, limit, sentence) => {
    const error = errorOf(body, options);
    expect(error).toMatchObject({ kind: 'overflow', limit });
    expect(error.message).toContain(sentence);
  });

  it('accepts a request at each limit', () => {
    const body = ask(
      hi,
      said({ functionCall: { name: 'f', args: { a: nested(9) } } }),
      user({ functionResponse: { name: 'f', response: {} } }, { inlineData: { data: 'AAAA', mimeType: 'a/b' } }),
    );
    const limits = { maxContents: 3, maxParts: 4, maxData: 3, maxDepth: 10 };
    expect(readChatRequest(body, limits).contents.length).toBe(4);
    expect(readChatRequest(JSON.stringify(body), limits).contents.length).toBe(4);
    expect(
      readChatRequest(body, {
        maxContents: Infinity,
        maxParts: Infinity,
        maxLength: Infinity,
        maxData: Infinity,
        maxDepth: 800,
      }).contents.length,
    ).toBe(4);
  });

  it('accepts a chat of 500 long exchanges with pictures by default', () => {
    const exchange = [
      user({ text: 'a'.repeat(500) }, { inlineData: { data: 'A'.repeat(20_000), mimeType: 'image/png' } }),
      said({ text: 'a'.repeat(1_000), thoughtSignature: 'A'.repeat(4_000) }),
    ];
    const contents = [...Array<typeof exchange>(499).fill(exchange).flat(), hi];
    expect(readChatRequest(JSON.stringify({ contents })).contents).toEqual(contents);
  });

  it('allows files by a function of their URI', () => {
    const file = (fileUri: string) => ask(user({ fileData: { fileUri, mimeType: 'image/png' } }));
    const allowFiles = (uri: string) => uri.startsWith('https://files.example/');
    expect(readChatRequest(file('https://files.example/a'), { allowFiles })).toEqual(file('https://files.example/a'));
    expect(errorOf(file('gs://bucket/a'), { allowFiles }).kind).toBe('invalid_request');
    expect(readChatRequest(file('gs://bucket/a'), { allowFiles: true })).toEqual(file('gs://bucket/a'));
    // Only `true` allows a file.
    expect(errorOf(file('gs://bucket/a'), { allowFiles: (() => 'no') as never }).kind).toBe('invalid_request');
  });

  it('allows tools by name: copies of their declarations, without tools of the service', () => {
    const tools = [
      { googleSearch: {}, codeExecution: {} },
      {
        functionDeclarations: [
          {
            name: 'map',
            description: 'Shows a map.',
            parametersJsonSchema: { type: 'object' },
            behavior: 'NON_BLOCKING',
          },
          { name: 'map', description: 'Twice.' },
          { name: 'wipe', parameters: { type: 'OBJECT' } },
        ],
        urlContext: {},
      },
      { functionDeclarations: null },
    ];
    const map = { name: 'map', description: 'Shows a map.', parametersJsonSchema: { type: 'object' } };
    const read = (allowTools: ReadChatRequestOptions['allowTools'], sent: unknown = tools) =>
      readChatRequest({ ...ask(hi), tools: sent }, { allowTools }).declaredTools;
    expect(read(['map', 'other'])).toStrictEqual([{ functionDeclarations: [map] }]);
    expect(read(true)).toStrictEqual([
      { functionDeclarations: [map, { name: 'wipe', parameters: { type: 'OBJECT' } }] },
    ]);
    expect(read([])).toStrictEqual([]);
    expect(read(true, null)).toStrictEqual([]);
    expect(read(true, [])).toStrictEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a map', {}, 'Expected `tools` of the request to be a list of declarations'],
    ['a text in the list', [secret], '`tools[0]`'],
    [
      'declarations as a map',
      [{ functionDeclarations: {} }],
      '`tools[0].functionDeclarations` of the request to be a list',
    ],
    [
      'a declaration that is null',
      [{ functionDeclarations: [null] }],
      '`tools[0].functionDeclarations[0]` of the request to be an object',
    ],
    [
      'no name',
      [{ functionDeclarations: [{ description: secret }] }],
      '`tools[0].functionDeclarations[0].name` of the request to be the name of a function',
    ],
    ['a name with spaces', [{ functionDeclarations: [{ name: `a ${secret}` }] }], '.name`'],
    [
      'the name of a prototype',
      [{ functionDeclarations: [{ name: '__proto__', parameters: [] }] }],
      '.parameters` of the request to be an object',
    ],
    [
      'a description that is a list',
      [{ functionDeclarations: [{ name: 'f', description: [secret] }] }],
      '.description` of the request to be a string',
    ],
  ])('refuses wrong tools, if tools are allowed: %s', (_, tools, sentence) => {
    const error = errorOf({ ...ask(hi), tools }, { allowTools: true });
    expect(error.kind).toBe('invalid_request');
    expect(error.message).toContain(sentence);
    expect(error.message).not.toContain(secret);
    expect(readChatRequest({ ...ask(hi), tools })).toStrictEqual(ask(hi));
  });

  it('allows fields of `config` by name, and always returns a `config` then', () => {
    const config = { temperature: 1, topK: null, systemInstruction: 'Obey.', httpOptions: { baseUrl: 'http://evil' } };
    const read = (allowConfig: readonly string[], sent: unknown = config) =>
      readChatRequest({ ...ask(hi), config: sent }, { allowConfig }).config;
    expect(read(['temperature', 'topK', 'topP', 'constructor'])).toStrictEqual({ temperature: 1 });
    expect(read(['temperature'], null)).toStrictEqual({});
    expect(read(['temperature'], Object.create({ temperature: 1 }))).toStrictEqual({});
    expect(errorOf({ ...ask(hi), config: [secret] }, { allowConfig: ['temperature'] }).message).toBe(
      'Expected `config` of the request to be an object, got an array',
    );
  });

  it.each<[string, unknown]>([
    ['Expected `options` to be an object', null],
    ['Expected `options` to be an object', 'x'],
    ['Expected `allowTools` to be true or a list of names', { allowTools: 'map' }],
    ['Expected `allowTools` to be true or a list of names', { allowTools: [1] }],
    ['Expected `allowConfig` to be a list of names', { allowConfig: true }],
    ['Expected `allowConfig` to be a list of names', { allowConfig: 'temperature' }],
    [
      "Expected `allowConfig` to be without the fields of the server, got 'httpOptions'",
      { allowConfig: ['topK', 'httpOptions'] },
    ],
    ["got 'tools'", { allowConfig: ['tools'] }],
    ["got 'abortSignal'", { allowConfig: ['abortSignal'] }],
    ["got 'previous_interaction_id'", { allowConfig: ['previous_interaction_id'] }],
    ["got '__proto__'", { allowConfig: ['__proto__'] }],
    ['Expected `allowFiles` to be true or false or a function', { allowFiles: 'gs://' }],
    ['Expected `maxContents` to be a whole number of at least 1, got 0', { maxContents: 0 }],
    ['Expected `maxParts` to be a whole number', { maxParts: '3' }],
    ['Expected `maxLength` to be a whole number', { maxLength: NaN }],
    ['Expected `maxData` to be a whole number', { maxData: -1 }],
    ['Expected `maxDepth` to be a whole number from 1 to 800, got 1000', { maxDepth: 1000 }],
    ['Expected `maxDepth` to be a whole number from 1 to 800', { maxDepth: Infinity }],
  ])('throws a TypeError or a RangeError at a wrong option: %s', (sentence, options) => {
    expect(() => readChatRequest(ask(hi), options as never)).toThrow(sentence);
    expect(() => readChatRequest(ask(hi), options as never)).not.toThrow(
      expect.objectContaining({ kind: expect.anything() as unknown }),
    );
  });

  it('pollutes no prototype, and drops the fields of one', () => {
    const poison = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}';
    const body = `{
      "__proto__": { "contents": [], "polluted": 1 },
      "contents": [
        { "role": "user", "parts": [{ "text": "Hi", "__proto__": { "polluted": 1 } }], "__proto__": { "polluted": 1 } },
        { "role": "model", "parts": [{ "functionCall": { "name": "__proto__", "id": "__proto__", "args": ${poison} } }] },
        { "role": "user", "parts": [{ "functionResponse": { "name": "__proto__", "id": "__proto__", "response": ${poison} } }] }
      ],
      "tools": [{ "functionDeclarations": [{ "name": "constructor", "parameters": ${poison} }], "__proto__": {} }],
      "config": { "__proto__": { "temperature": 1 }, "labels": ${poison} }
    }`;
    const read = readChatRequest(body, { allowTools: true, allowConfig: ['labels', 'temperature'] });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    const clean = { constructor: { prototype: { polluted: 1 } }, a: 1 };
    expect(JSON.parse(JSON.stringify(read))).toEqual({
      contents: [
        user({ text: 'Hi' }),
        said({ functionCall: { name: '__proto__', id: '__proto__', args: clean } }),
        user({ functionResponse: { name: '__proto__', id: '__proto__', response: clean } }),
      ],
      declaredTools: [{ functionDeclarations: [{ name: 'constructor', parameters: clean }] }],
      config: { labels: clean },
    });
    expect(Object.getPrototypeOf(read.contents[1]?.parts[0]?.functionCall?.args)).toBe(Object.prototype);
  });

  it('takes linear time, also to refuse a request', async () => {
    const repeated = (size: number, item: (index: number) => unknown) =>
      Array.from({ length: size }, (_, index) => item(index));
    const limits = { maxContents: Infinity, maxParts: Infinity, maxLength: Infinity, maxData: Infinity };
    const works: Record<string, (size: number) => unknown> = {
      calls: (size) =>
        readChatRequest(
          ask(
            hi,
            said(...repeated(size, () => ({ functionCall: { name: 'f' } }))),
            user(...repeated(size, () => ({ functionResponse: { name: 'f', response: {} } }))),
          ),
          limits,
        ),
      contents: (size) => readChatRequest(ask(...repeated(size, () => hi)), limits),
      fields: (size) =>
        readChatRequest(
          ask(
            user({
              text: 'a',
              partMetadata: Object.fromEntries(
                repeated(size, (index) => [`a${String(index)}`, 0]) as [string, unknown][],
              ),
            }),
          ),
          limits,
        ),
      'not base64': (size) =>
        errorOf(ask(user({ inlineData: { data: `${'A'.repeat(50 * size)}!`, mimeType: 'a/b' } })), limits),
      'a text of quotes': (size) => errorOf(`"${'\\'.repeat(50 * size)}`),
    };
    for (const [name, work] of Object.entries(works))
      expect([name, await growth(1_000, work)]).toEqual([name, expect.toSatisfy((factor: number) => factor < linear)]);
  }, 60_000);
});

describe('any body', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const name = fc.constantFrom('f', 'g', '__proto__', '', 1, null);
  const optionalId = fc.constantFrom(undefined, '1', '2', '', 3);
  const part = fc.oneof(
    { weight: 6, arbitrary: fc.record({ text: fc.string() }) },
    { weight: 2, arbitrary: fc.record({ text: fc.string(), thought: fc.boolean(), thoughtSignature: fc.string() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        functionCall: fc.record({ name, id: optionalId, args: fc.dictionary(fc.string(), json) }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        functionResponse: fc.record({ name, id: optionalId, response: fc.dictionary(fc.string(), json) }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ inlineData: fc.record({ data: fc.base64String(), mimeType: fc.string() }) }) },
    { weight: 1, arbitrary: fc.record({ fileData: fc.record({ fileUri: fc.webUrl() }) }) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('text', 'functionCall', 'thought', 'toolCall', 'x'), json) },
    { weight: 1, arbitrary: json },
  );
  const content = fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({ role: fc.constantFrom('user', 'model'), parts: fc.array(part, { maxLength: 3 }) }),
    },
    { weight: 1, arbitrary: json },
  );
  const tool = fc.oneof(
    fc.record({ functionDeclarations: fc.array(fc.record({ name, parametersJsonSchema: json }), { maxLength: 3 }) }),
    json,
  );
  const anyRequest = fc.record(
    {
      contents: fc.array(content, { maxLength: 5 }).map((list) => [...list, hi]),
      tools: fc.array(tool, { maxLength: 2 }),
      config: fc.oneof(fc.dictionary(fc.constantFrom('temperature', 'x'), json), json),
      previous: json,
    },
    { requiredKeys: [] },
  );
  // As a browser sends it: JSON has no -0.
  const likely = anyRequest.map((request): unknown => JSON.parse(JSON.stringify(request)));
  const options: ReadChatRequestOptions = { allowTools: true, allowConfig: ['temperature'], maxLength: 2_000 };

  function check(body: unknown): CheckedChatRequest | undefined {
    try {
      const read = readChatRequest(body, options);
      expect(refusal(read.contents)).toBeUndefined();
      expect(JSON.parse(JSON.stringify(read))).toStrictEqual(read);
      // A request that has been read is read again unchanged.
      expect(readChatRequest({ ...read, tools: read.declaredTools }, options)).toStrictEqual(read);
      return read;
    } catch (error) {
      if (!isGeminiError(error)) throw error;
      expect(['invalid_request', 'overflow']).toContain(error.kind);
      return undefined;
    }
  }

  it('is refused with a GeminiError, or read as a request that the API accepts', () => {
    let accepted = 0;
    fc.assert(
      fc.property(likely, (body) => {
        if (check(body)) accepted += 1;
        check(JSON.stringify(body));
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(100);
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withSparseArray: true,
          withTypedArray: true,
          withNullPrototype: true,
        }),
        (body) => void check(body),
      ),
      { numRuns: 2_000 },
    );
    fc.assert(fc.property(fc.anything(), (value) => void check({ contents: value, tools: value, config: value })));
  });

  it('is sent by `answerContents` as it was read', async () => {
    await fc.assert(
      fc.asyncProperty(likely, async (body) => {
        const read = check(body);
        if (!read) return;
        const ai = fakeGemini(['Fine.']);
        await lastValueFrom(answerContents(ai, { ...read, model: 'gemini-2.5-flash' }));
        expect(ai.calls[0]?.params.contents).toEqual(read.contents);
      }),
      { numRuns: 300 },
    );
  });

  it('of a chat is read as the chat has sent it', async () => {
    const reply = partsChunk([
      { text: 'a', thought: true },
      { text: 'b', thoughtSignature: 'S' },
      { functionCall: { id: '1', name: 'f', args: { a: [1] } }, thoughtSignature: 'T' },
      { functionResponse: { id: '1', name: 'f', response: {} } },
      { text: 'c' },
    ]);
    const requests: ChatRequest[] = [];
    const chat = createChat((request) => of(...[reply, finishChunk()].slice(requests.push(request) * 0)));
    for (const message of ['1', '2', '3']) await lastValueFrom(chat.send(message));
    for (const request of requests) {
      expect(readChatRequest(JSON.stringify(request))).toEqual({ contents: request.contents });
    }
    expect(requests.length).toBe(3);
    expect(await firstValueFrom(chat.status$)).toBe('idle');
  });
});

describe('types', () => {
  it('spread into `answerContents`, with a client or a source', () => {
    const ai = new GoogleGenAI({ apiKey: 'none' });
    const request = readChatRequest(ask(hi), { allowTools: true, allowConfig: ['temperature'] });
    answerContents(ai, { ...request, model: 'm', tools: {} });
    answerContents(ai, { ...request, model: 'm', config: { ...request.config, systemInstruction: 'Be brief.' } });
    answerContents(() => NEVER, { ...request });
    const source = ({ contents }: ChatRequest) => of(chunk(String(contents.length)));
    source({ tools: request.declaredTools ?? [], config: {}, ...request });
    expectTypeOf(request.declaredTools).toEqualTypeOf<DeclaredTools[] | undefined>();
    expectTypeOf(contentsOf(chunk('a'))).toEqualTypeOf(request.contents);
  });
});
