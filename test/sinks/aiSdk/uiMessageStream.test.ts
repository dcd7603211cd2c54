import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  contentsFromUiMessages,
  uiMessageStream,
  type UiMessageChunk,
  type UiMessageStreamOptions,
} from '../../../src/aiSdk.js';
import type { WithCost } from '../../../src/chunk/annotations.js';
import { answerContents } from '../../../src/chat/answerContents.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import type { GeminiPart } from '../../../src/chunk/response.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { publicError } from '../../../src/errors/publicError.js';
import type { ReplyFormat } from '../../../src/sinks/replyFormat.js';
import { callChunk, chunk, finishChunk, fakeGemini } from '../../../src/testing.js';
import { deepFreeze } from '../../support/deepFreeze.js';

const parts = (...own: GeminiPart[]): GeminiChunk => toChunk({ candidates: [{ index: 0, content: { parts: own } }] });
const usage = {
  promptTokenCount: 3,
  toolUsePromptTokenCount: 2,
  cachedContentTokenCount: 1,
  candidatesTokenCount: 4,
  thoughtsTokenCount: 6,
  totalTokenCount: 15,
};

/** The events of a reply between its start and its end. */
function encode(chunks: readonly GeminiChunk[], options: UiMessageStreamOptions = {}): UiMessageChunk[] {
  const encoder = uiMessageStream(options).begin();
  return chunks.flatMap((each) => encoder.chunk(deepFreeze(each)));
}

/** All events of a reply that does not fail. */
function encodeWhole(chunks: readonly GeminiChunk[], options: UiMessageStreamOptions = {}): UiMessageChunk[] {
  const encoder = uiMessageStream(options).begin();
  return [...encoder.start(), ...chunks.flatMap((each) => encoder.chunk(each)), ...encoder.end()];
}

/** The end of a reply. */
const endOf = (...chunks: readonly GeminiChunk[]) => encodeWhole(chunks).at(-1);

describe('uiMessageStream', () => {
  it('sends each wait once, for `onData` only, and again after content', () => {
    const queued = { text: '', queued: { position: 2, delay: 5 } };
    const retrying = { text: '', retrying: { attempt: 1, delay: 5, kind: 'network' } } as const;
    const started = { text: '', retrying: { ...retrying.retrying, delay: 0 } };
    const ofQueue = { type: 'data-queued', data: { position: 2, delay: 5 }, transient: true };
    const ofRetry = { type: 'data-retrying', data: { attempt: 1, delay: 5, kind: 'network' }, transient: true };
    expect(encode([queued, queued, { text: '', queued: { position: 0 } }, retrying, retrying, started])).toEqual([
      ofQueue,
      { type: 'data-queued', data: { position: 0 }, transient: true },
      ofRetry,
      { ...ofRetry, data: { attempt: 1, delay: 0, kind: 'network' } },
    ]);
    expect(encode([queued, chunk('a'), queued])).toMatchObject([
      ofQueue,
      { type: 'text-start' },
      { type: 'text-delta' },
      ofQueue,
    ]);
    expect(encode([queued, { text: '' }, queued])).toEqual([ofQueue]);
  });

  it('sends a seam before the text of its chunk, and a wait that is merged with content after it', () => {
    const resumed = { attempt: 1, kind: 'network' } as const;
    const retrying = { attempt: 2, delay: 0, kind: 'server' } as const;
    expect(encode([{ ...chunk('a'), resumed, retrying }])).toMatchObject([
      { type: 'data-resumed', data: resumed, transient: true },
      { type: 'text-start' },
      { type: 'text-delta', delta: 'a' },
      { type: 'data-retrying', data: retrying, transient: true },
    ]);
  });

  it.each([
    [{ position: 1 }, 0, ['data-retrying', 'data-queued']],
    [{ position: 0 }, 500, ['data-queued', 'data-retrying']],
  ])('sends of two merged waits (%j, %d ms) the one that lasts last', (queued, delay, types) => {
    const events = encode([{ text: '', queued, retrying: { attempt: 1, delay, kind: 'server' } }]);
    expect(events.map(({ type }) => type)).toEqual(types);
  });

  it('has the header, the terminator and the first and last events of the protocol', () => {
    const format = uiMessageStream();
    expect(format.headers).toEqual({ 'x-vercel-ai-ui-message-stream': 'v1' });
    expect(format.terminator).toBe('[DONE]');
    expect(encodeWhole([chunk('a'), finishChunk()])).toMatchObject([
      { type: 'start' },
      { type: 'start-step' },
      { type: 'text-start' },
      { type: 'text-delta', delta: 'a' },
      { type: 'text-end' },
      { type: 'finish-step' },
      { type: 'finish', finishReason: 'stop' },
    ]);
    expect(format.begin().start()[0]).toEqual({ type: 'start' });
    expectTypeOf(format).toExtend<ReplyFormat<GeminiChunk, UiMessageChunk>>();
  });

  it('shares no state between replies, and uses no id twice', () => {
    const format = uiMessageStream();
    const ids = [format.begin(), format.begin()].map((encoder) => {
      const [start] = encoder.chunk(chunk('a'));
      return start && 'id' in start && start.id;
    });
    expect(new Set(ids).size).toBe(2);
  });

  it('sends texts and thoughts in runs, with their signatures', () => {
    const signed = { providerMetadata: { google: { thoughtSignature: 's' } } };
    const thoughts = [parts({ text: 'Hm', thought: true }), parts({ text: '.', thought: true, thoughtSignature: 's' })];
    const texts = [
      chunk('a'),
      chunk('b'),
      parts({ text: '', thoughtSignature: 's' }),
      parts({ thoughtSignature: 's' }),
    ];
    const ofText = [
      { type: 'text-start' },
      { type: 'text-delta', delta: 'a' },
      { type: 'text-delta', delta: 'b' },
      { type: 'text-end', ...signed },
      { type: 'text-start' },
      { type: 'text-end', ...signed },
    ];
    expect(encode([...thoughts, ...texts])).toMatchObject([
      { type: 'reasoning-start' },
      { type: 'reasoning-delta', delta: 'Hm' },
      { type: 'reasoning-delta', delta: '.' },
      { type: 'reasoning-end', ...signed },
      ...ofText,
    ]);
    expect(encode([...thoughts, ...texts], { sendReasoning: false })).toMatchObject(ofText);
  });

  it('sends calls, whole and in pieces, and leaves one that broke off unfinished', () => {
    const piece = (functionCall: GeminiPart['functionCall']) => parts({ functionCall });
    const started = (id: string) => piece({ name: 'sky', id, willContinue: true });
    const more = piece({
      partialArgs: [{ jsonPath: '$.at', stringValue: 'Os', willContinue: true }],
      willContinue: true,
    });
    const whole = parts({ functionCall: { name: 'wind', id: '1', args: { at: 1 } }, thoughtSignature: 's' });
    const start = { type: 'tool-input-start', toolName: 'sky', dynamic: true };
    expect(encode([whole, started('2'), more, piece({}), started('3'), more, chunk('a')])).toEqual([
      {
        type: 'tool-input-available',
        toolCallId: '1',
        toolName: 'wind',
        input: { at: 1 },
        dynamic: true,
        providerMetadata: { google: { thoughtSignature: 's' } },
      },
      { ...start, toolCallId: '2' },
      { type: 'tool-input-delta', toolCallId: '2', inputTextDelta: '{"at":"Os' },
      { type: 'tool-input-delta', toolCallId: '2', inputTextDelta: '"}' },
      { type: 'tool-input-available', toolCallId: '2', toolName: 'sky', input: { at: 'Os' }, dynamic: true },
      { ...start, toolCallId: '3' },
      { type: 'tool-input-delta', toolCallId: '3', inputTextDelta: '{"at":"Os' },
      expect.objectContaining({ type: 'text-start' }),
      expect.objectContaining({ type: 'text-delta' }),
    ]);
  });

  it('marks calls as dynamic, unless the front end declares the tool', () => {
    const staticTools = ['wind'];
    const events = encode([callChunk('sky', {}), callChunk('wind', {})], { staticTools });
    expect(events.map((event) => 'dynamic' in event)).toEqual([true, false]);
  });

  it.each<[string, object, object]>([
    ['an object', { sky: 'blue' }, { type: 'tool-output-available', output: { sky: 'blue' } }],
    ['a value', { output: 'blue' }, { type: 'tool-output-available', output: 'blue' }],
    ['a list', { output: [1] }, { type: 'tool-output-available', output: [1] }],
    ['an object in an object', { output: { a: 1 } }, { type: 'tool-output-available', output: { output: { a: 1 } } }],
    ['more than a value', { output: 1, at: 2 }, { type: 'tool-output-available', output: { output: 1, at: 2 } }],
    ['an error', { error: 'No sky' }, { type: 'tool-output-error', errorText: 'No sky' }],
  ])('sends the result of a tool: %s; and the next request as a step', (_, response, event) => {
    const call = parts({ functionCall: { name: 'sky', id: '1', args: {} } });
    const answer = parts({ functionResponse: { name: 'sky', id: '1', response: response as Record<string, unknown> } });
    const result = { toolCallId: '1', dynamic: true, ...event };
    expect(encode([call, answer, chunk('a')]).slice(1, 4)).toEqual([
      result,
      { type: 'finish-step' },
      { type: 'start-step' },
    ]);
    const tool = { call: { id: '1', name: 'sky', args: {} }, status: 'denied' as const, response };
    const [, reported, ...rest] = encode([call, { text: '', tool } as GeminiChunk, answer]);
    expect(reported).toEqual(result);
    expect(rest).toEqual([]);
    // A tool output of the browser comes back unchanged.
    const [input] = encode([call]);
    const part = {
      ...input,
      ...event,
      type: 'dynamic-tool',
      state: (event as { type: string }).type.slice('tool-'.length),
    };
    const [, , sent] = contentsFromUiMessages([
      { role: 'user', parts: [{ type: 'text', text: '?' }] },
      { role: 'assistant', parts: [part] },
    ]);
    expect(sent?.parts[0]?.functionResponse?.response).toEqual(response);
  });

  it('sends the progress of a tool as preliminary outputs', async () => {
    const ai = fakeGemini([
      [callChunk('sky', {}), finishChunk()],
      [chunk('Blue'), finishChunk()],
    ]);
    const tools = { sky: { declaration: {}, run: () => ['grey', 'blue'] } };
    const contents = [{ role: 'user', parts: [{ text: 'Sky?' }] }];
    const encoder = uiMessageStream().begin();
    const events: UiMessageChunk[] = [];
    await answerContents(ai, { model: 'm', contents, tools }).forEach((each) => events.push(...encoder.chunk(each)));
    expect(events.filter(({ type }) => type === 'tool-output-available').at(-1)).toMatchObject({
      output: ['grey', 'blue'],
    });
    const call = parts({ functionCall: { name: 'sky', id: '1', args: {} } });
    const tool = { call: { id: '1', name: 'sky', args: {} }, status: 'running' as const, progress: 'grey' };
    expect(encode([call, { text: '', tool }]).at(-1)).toEqual({
      type: 'tool-output-available',
      toolCallId: '1',
      output: 'grey',
      preliminary: true,
      dynamic: true,
    });
  });

  it('sends the files of a result after it, with the id of the call', () => {
    const response = {
      name: 'see',
      id: '1',
      response: { ok: true },
      parts: [{ inlineData: { mimeType: 'a/b', data: 'AA==' } }],
    };
    const events = encode([parts({ functionCall: { name: 'see', id: '1' } }), parts({ functionResponse: response })]);
    expect(events.at(-1)).toEqual({
      type: 'file',
      url: 'data:a/b;base64,AA==',
      mediaType: 'a/b',
      providerMetadata: { google: { toolCallId: '1' } },
    });
  });

  it('sends tools of the server as executed, also a result without its call', () => {
    const executed = { dynamic: true, providerExecuted: true };
    const events = encode([
      parts({ executableCode: { code: '1' } }, { codeExecutionResult: { output: '1' } }),
      parts({ toolCall: { id: '1', toolType: 'URL_CONTEXT', args: { a: 1 } } }),
      parts({ toolResponse: { id: '1', response: { b: 2 } } }),
      parts({ toolResponse: { id: '9', toolType: 'GOOGLE_MAPS', response: { c: 3 } } }),
    ]);
    expect(events).toMatchObject([
      { type: 'tool-input-available', toolName: 'code_execution', input: { code: '1' }, ...executed },
      { type: 'tool-output-available', output: { output: '1' }, ...executed },
      { type: 'tool-input-available', toolCallId: '1', toolName: 'url_context', input: { a: 1 }, ...executed },
      { type: 'tool-output-available', toolCallId: '1', output: { b: 2 }, ...executed },
      { type: 'tool-input-available', toolCallId: '9', toolName: 'google_maps', ...executed },
      { type: 'tool-output-available', toolCallId: '9', output: { c: 3 }, ...executed },
    ]);
  });

  it('leaves out keys of prototypes, for which the AI SDK refuses the stream', () => {
    const args = JSON.parse(
      '{"a":[{"__proto__":1,"b":2}],"constructor":{"prototype":1},"c":{"constructor":3}}',
    ) as object;
    const safe = { a: [{ b: 2 }], c: { constructor: 3 } };
    const response = args as Record<string, unknown>;
    const [call, result] = encode([
      parts({ functionCall: { name: 'sky', id: '1', args: response } }),
      parts({ functionResponse: { name: 'sky', id: '1', response } }),
    ]);
    expect([call, result].map((event) => JSON.stringify(event))).toEqual([
      expect.stringContaining(`"input":${JSON.stringify(safe)}`),
      expect.stringContaining(`"output":${JSON.stringify(safe)}`),
    ]);
  });

  it('sends files, pictures of the thoughts only as reasoning, and no part of an unknown kind', () => {
    const thought = parts({ inlineData: { mimeType: 'a/b', data: 'AA==' }, thought: true, thoughtSignature: 's' });
    const file = parts({ fileData: { fileUri: 'https://a.example/b' } });
    const unknown = parts({ novelty: 1 } as GeminiPart);
    const sent = { type: 'file', url: 'https://a.example/b', mediaType: 'application/octet-stream' };
    expect(encode([thought, file, unknown])).toEqual([
      {
        type: 'file',
        url: 'data:a/b;base64,AA==',
        mediaType: 'a/b',
        providerMetadata: { google: { thought: true, thoughtSignature: 's' } },
      },
      sent,
    ]);
    expect(encode([thought, file], { sendReasoning: false })).toEqual([sent]);
  });

  it('sends each source once', () => {
    const groundingMetadata = {
      groundingChunks: [
        { web: { uri: 'https://a.example', title: 'A' } },
        { retrievedContext: { uri: 'gs://b/c.pdf' } },
        { retrievedContext: { uri: 'https://d.example', title: 'D' } },
      ],
    };
    const grounded = toChunk({ candidates: [{ index: 0, groundingMetadata }] });
    expect(encode([grounded, grounded])).toMatchObject([
      { type: 'source-url', url: 'https://a.example', title: 'A' },
      { type: 'source-document', title: 'c.pdf', filename: 'c.pdf', mediaType: 'application/octet-stream' },
      { type: 'source-url', url: 'https://d.example', title: 'D' },
    ]);
  });

  it('sends no URL that would run code as a link', () => {
    const uri = 'javascript:alert(1)';
    const sources = toChunk({
      candidates: [
        {
          index: 0,
          groundingMetadata: { groundingChunks: [{ web: { uri, title: 'A' } }, { maps: { uri: ` ${uri}` } }] },
          citationMetadata: { citations: [{ uri: 'data:text/html,b', title: 'B' }, { uri: 'HTTPS://a.example' }] },
        },
      ],
    });
    const files = [uri, 'data:text/html,b', 'gs://a/b'].map((fileUri) => parts({ fileData: { fileUri } }));
    expect(encode([sources, ...files])).toMatchObject([
      { type: 'source-document', title: 'A' },
      { type: 'source-document', title: ` ${uri}` },
      { type: 'source-document', title: 'B' },
      { type: 'source-url', url: 'HTTPS://a.example' },
      { type: 'file', url: 'gs://a/b' },
    ]);
  });

  it.each<[string, string]>([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['IMAGE_RECITATION', 'content-filter'],
    ['MALFORMED_FUNCTION_CALL', 'error'],
    ['LANGUAGE', 'other'],
    ['SOMETHING_NEW', 'other'],
  ])('finishes a reply that ended with %s by %s', (reason, finishReason) => {
    expect(endOf(chunk('a'), finishChunk(reason))).toEqual({ type: 'finish', finishReason });
  });

  it('finishes other replies by their outcome', () => {
    const blocked = toChunk({ promptFeedback: { blockReason: 'SAFETY' } });
    const stopped = (reason: string): GeminiChunk => ({ text: '', stopped: { reason } });
    expect(endOf(callChunk('sky', {}), finishChunk())).toMatchObject({ finishReason: 'tool-calls' });
    expect(endOf(blocked)).toMatchObject({ finishReason: 'content-filter' });
    expect(endOf(chunk('a'))).toMatchObject({ finishReason: 'other' });
    expect(endOf()).toEqual({ type: 'finish', finishReason: 'other' });
    expect(endOf(chunk('a'), stopped('maxChars'))).toMatchObject({ finishReason: 'length' });
    expect(endOf(chunk('a'), stopped('pattern'))).toMatchObject({ finishReason: 'stop' });
  });

  it('sends token counts and the model as metadata', () => {
    expect(endOf(chunk('a'), { ...finishChunk('STOP', usage), modelVersion: 'm' })).toEqual({
      type: 'finish',
      finishReason: 'stop',
      messageMetadata: {
        usage: {
          inputTokens: 5,
          inputTokenDetails: { noCacheTokens: 4, cacheReadTokens: 1, cacheWriteTokens: undefined },
          outputTokens: 10,
          outputTokenDetails: { textTokens: 4, reasoningTokens: 6 },
          totalTokens: 15,
          reasoningTokens: 6,
          cachedInputTokens: 1,
        },
        model: 'm',
      },
    });
  });

  it('ends a reply that was cancelled with `abort`, after the counts', () => {
    const cancelled: GeminiChunk = { text: '', cancelled: { reason: 'Enough' } };
    const counted = { ...chunk('a'), usageMetadata: usage };
    expect(encodeWhole([counted, cancelled]).slice(-3)).toMatchObject([
      { type: 'text-end' },
      { type: 'message-metadata', messageMetadata: { usage: { totalTokens: 15 } } },
      { type: 'abort', reason: 'Enough' },
    ]);
    const encoder = uiMessageStream().begin();
    const error = publicError(new GeminiError('secret', { kind: 'cancelled' }));
    expect(encoder.failure(error)).toEqual([{ type: 'abort', reason: 'The reply was cancelled' }]);
  });

  it('ends a failure with its kind and its public sentence, after the text', () => {
    const encoder = uiMessageStream().begin();
    encoder.chunk(chunk('a'));
    const error = new GeminiError('secret', { kind: 'rate_limit', status: 429, retryAfter: 7_000 });
    expect(encoder.failure(publicError(error))).toEqual([
      { type: 'text-end', id: expect.any(String) as string },
      {
        type: 'data-error',
        data: { kind: 'rate_limit', retryable: true, retryAfter: 7_000, status: 429 },
        transient: true,
      },
      { type: 'error', errorText: 'Too many requests; wait and try again' },
    ]);
  });

  it('sends an id only if it is asked for: a text, or the result of a function for each reply', () => {
    const messageId = vi.fn().mockReturnValueOnce('1').mockReturnValueOnce('2');
    const format = uiMessageStream({ messageId });
    expect(messageId).not.toHaveBeenCalled();
    expect([format.begin().start()[0], format.begin().start()[0]]).toEqual([
      { type: 'start', messageId: '1' },
      { type: 'start', messageId: '2' },
    ]);
    expect(uiMessageStream({ messageId: 'm' }).begin().start()[0]).toEqual({ type: 'start', messageId: 'm' });
  });

  it('sends metadata that changed', () => {
    const cost = (total: number) => ({ input: 0, cached: 0, output: total, thoughts: 0, total, estimated: false });
    const chunks = [chunk(''), ...[1, 1, 2].map((total) => ({ ...chunk(''), cost: cost(total) }))];
    const messageMetadata = ({ cost: now }: GeminiChunk) => now && { cost: now.total };
    expect(encode(chunks, { messageMetadata })).toEqual([
      { type: 'message-metadata', messageMetadata: { cost: 1 } },
      { type: 'message-metadata', messageMetadata: { cost: 2 } },
    ]);
    const typed = uiMessageStream<GeminiChunk & WithCost>({ messageMetadata: ({ cost: now }) => now.total });
    expectTypeOf(typed).toEqualTypeOf<ReplyFormat<GeminiChunk & WithCost, UiMessageChunk>>();
  });

  it('fails for an id that is no text', () => {
    const encoder = uiMessageStream({ messageId: (() => 3) as never }).begin();
    expect(() => encoder.start()).toThrow('Expected `messageId()` to be a string, got 3');
  });

  it.each<[string, () => unknown]>([
    ['fails', () => JSON.parse('no JSON') as unknown],
    ['has no JSON', () => ({ big: 1n })],
  ])('ends no text whose start was not sent, when the metadata %s', (_, messageMetadata) => {
    const encoder = uiMessageStream({ messageMetadata }).begin();
    expect(() => encoder.chunk(chunk('a'))).toThrow();
    const types = encoder.failure(publicError(new Error('a'))).map(({ type }) => type);
    expect(types).toEqual(['data-error', 'error']);
  });

  it('leaves out keys of prototypes in metadata', () => {
    const messageMetadata = () => JSON.parse('{"__proto__":{"a":1},"b":{"constructor":{"prototype":1}}}') as unknown;
    const [event] = encode([chunk('')], { messageMetadata });
    expect(JSON.stringify(event)).toBe('{"type":"message-metadata","messageMetadata":{"b":{}}}');
  });

  it.each<[string, object]>([
    ['`sendReasoning` to be true or false', { sendReasoning: 'no' }],
    ['`staticTools` to be a list of names', { staticTools: 'sky' }],
    ['`staticTools` to be a list of names', { staticTools: [3] }],
    ['`messageId` to be a string or a function', { messageId: 3 }],
    ['`messageMetadata` to be a function', { messageMetadata: {} }],
  ])('expects %s', (sentence, options) => {
    expect(() => uiMessageStream(options as UiMessageStreamOptions)).toThrow(new RegExp(`^Expected ${sentence}, got `));
  });
});
