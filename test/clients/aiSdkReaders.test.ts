import {
  parseJsonEventStream,
  readUIMessageStream,
  uiMessageChunkSchema,
  type UIMessage,
  type UIMessageChunk,
} from 'ai';
import * as ai5 from 'ai-5';
import * as ai6 from 'ai-6';
import { AssistantMessageAccumulator, UIMessageStreamDecoder, type AssistantMessage } from 'assistant-stream';
import fc from 'fast-check';
import { mergeChunks, type GeminiChunk, type GeminiResponse } from 'rxjs-gemini';
import { uiMessageStream } from 'rxjs-gemini/ai-sdk';
import { describe, expect, it } from 'vitest';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { recordedExchanges } from '../support/recordings.js';
import { everyKind, startAiSdkServer } from './aiSdkServer.js';

/** The events of a body, each checked against the schema of the AI SDK. */
const eventsIn = (body: ReadableStream<Uint8Array>, { parse, schema } = version7): ReadableStream<UIMessageChunk> =>
  parse({ stream: body as never, schema: schema as never }).pipeThrough(
    new TransformStream({
      transform(result: { success: boolean; value?: unknown; error?: Error }, controller) {
        if (!result.success) throw result.error!;
        controller.enqueue(result.value as UIMessageChunk);
      },
    }) as never,
  );

const version7 = { parse: parseJsonEventStream, schema: uiMessageChunkSchema };
const versions = {
  'ai 7': { ...version7, read: readUIMessageStream },
  'ai 6': { parse: ai6.parseJsonEventStream, schema: ai6.uiMessageChunkSchema, read: ai6.readUIMessageStream },
  'ai 5': { parse: ai5.parseJsonEventStream, schema: ai5.uiMessageChunkSchema, read: ai5.readUIMessageStream },
} as unknown as Record<string, typeof version7 & { read: typeof readUIMessageStream }>;

/** The last state of a message, and the error that ended it. */
async function messageIn(body: ReadableStream<Uint8Array>, version = versions['ai 7']!) {
  let message: UIMessage | undefined;
  let error: unknown;
  const onError = (cause: unknown) => {
    error = cause;
  };
  for await (const state of version.read({ stream: eventsIn(body, version), onError })) message = state;
  return { message, error };
}

const ask = (api: string, text: string, signal?: AbortSignal) => {
  const messages = [{ id: '1', role: 'user', parts: [{ type: 'text', text }] }];
  return fetch(api, { method: 'POST', body: JSON.stringify({ messages }), ...(signal && { signal }) });
};

const textIn = (message: UIMessage | undefined) =>
  (message?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');

/** A message without ids, which are new for each reply, and with its sources last. */
function comparable(message: UIMessage | undefined): unknown {
  const ids = new Map<unknown, number>();
  const isSource = ({ type }: { type: string }) => type.startsWith('source');
  const parts = message?.parts ?? [];
  const ordered = [...parts.filter((part) => !isSource(part)), ...parts.filter(isSource)];
  return JSON.parse(JSON.stringify(ordered), (key, value: unknown) => {
    if (!['id', 'sourceId', 'toolCallId'].includes(key)) return value;
    if (!ids.has(value)) ids.set(value, ids.size);
    return ids.get(value);
  });
}

describe.each(Object.entries(versions))('readUIMessageStream of %s', (_, version) => {
  it.each(recordedExchanges())('reads the text of the recording %s', async (__, { response }) => {
    const { status, headers, body } = response;
    const { api } = await startAiSdkServer(() => ({ status, headers, body: String(body) }));
    const { message, error } = await messageIn((await ask(api, 'Hello')).body!, version);
    const events = String(body)
      .split('\n')
      .flatMap((line) => (line.startsWith('data: {') ? [line.slice(6)] : []));
    const parts = events.flatMap((json) => (JSON.parse(json) as GeminiResponse).candidates?.[0]?.content?.parts ?? []);
    const text = parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join('');
    expect(textIn(message)).toBe(text);
    if (text === '' && !parts.some((part) => part.functionCall)) expect(error).toBeInstanceOf(Error);
  });

  it('reads any chunks, however they were merged, as one message', { timeout: 60_000 }, async () => {
    const read = async (...chunks: readonly GeminiChunk[]) => {
      const encoder = uiMessageStream().begin();
      const events = [...encoder.start(), ...chunks.flatMap((chunk) => encoder.chunk(chunk)), ...encoder.end()];
      const { body } = new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
      const { message, error } = await messageIn(body!, version);
      expect(error).toBe(undefined);
      return { parts: comparable(message), metadata: message?.metadata };
    };
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryChunk, { minLength: 1, maxLength: 8 }), fc.nat(8), async (chunks, place) => {
        const merge = (some: readonly GeminiChunk[]) => some.reduce(mergeChunks, { text: '' });
        const each = await read(...chunks);
        expect(await read(merge(chunks))).toEqual(each);
        expect(await read(merge(chunks.slice(0, place)), merge(chunks.slice(place)))).toEqual(each);
      }),
      { numRuns: 60 },
    );
  });
});

describe('UIMessageStreamDecoder of assistant-ui', () => {
  const read = async (response: Response): Promise<AssistantMessage | undefined> => {
    const decoded: ReadableStream = response.body!.pipeThrough(new UIMessageStreamDecoder() as never);
    let last: AssistantMessage | undefined;
    const messages: ReadableStream<AssistantMessage> = decoded.pipeThrough(new AssistantMessageAccumulator() as never);
    for await (const message of messages) last = message;
    return last;
  };

  it('is chosen by the header, and reads every kind of part', async () => {
    const { api } = await startAiSdkServer(() => ({ chunks: everyKind as never }));
    const response = await ask(api, 'everything');
    expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const message = await read(response);
    expect(message?.status).toMatchObject({ type: 'requires-action', reason: 'tool-calls' });
    expect(message?.parts).toMatchObject([
      { type: 'reasoning', text: 'I think so.' },
      { type: 'text', text: 'Hello wörld 👋' },
      { type: 'text', text: ' See:' },
      { type: 'file', mimeType: 'image/png' },
      { type: 'tool-call', toolName: 'code_execution', result: { output: '1' } },
      { type: 'tool-call', toolName: 'google_search_web', result: { hits: 3 } },
      { type: 'tool-call', toolName: 'weather', args: { city: 'Oslo' } },
      { type: 'tool-call', toolName: 'weather', args: { city: 'Rome' } },
      { type: 'text', text: '' },
      { type: 'source', url: 'https://a.example' },
      { type: 'source', sourceType: 'document', title: 'Report' },
    ]);
  });

  it('reads a failure after the text', async () => {
    const { api } = await startAiSdkServer(() => ({ chunks: ['one ', 'two '], errorAfter: { chunks: 2 } }));
    const message = await read(await ask(api, 'Hello'));
    expect(message?.status).toMatchObject({ type: 'incomplete', reason: 'error' });
    expect(message?.parts).toMatchObject([{ type: 'text', text: 'one two ' }]);
  });

  it('closes the socket of Gemini when the request is aborted', async () => {
    const chunks = Array.from({ length: 500 }, (_, index) => `w${String(index)} `);
    const { api, emulator } = await startAiSdkServer(() => ({ chunks, pace: 20 }));
    const abort = new AbortController();
    const response = await ask(api, 'slow', abort.signal);
    await expect.poll(() => emulator.requests[0]?.chunksSent).toBeGreaterThan(3);
    expect(response.ok).toBe(true);
    abort.abort();
    const [exchange] = emulator.requests;
    await exchange!.closed;
    expect(exchange!.closedEarly).toBe(true);
    expect(exchange!.chunksSent).toBeLessThan(400);
  });
});
