import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI, { APIError } from 'openai';
import type { ChatCompletionStreamParams } from 'openai/lib/ChatCompletionStream';
import { classifyErrors, fromGemini, pipeToServerResponse } from 'rxjs-gemini';
import { apiError, type Emulator, type EmulatorAnswer } from 'rxjs-gemini/emulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emulate } from '../support/emulate.js';
import { openAiFormat } from './openAiFormat.js';

const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 20, thoughtsTokenCount: 5, totalTokenCount: 35 };

/** Asks with the real client a server that answers as the docs show. */
async function ask(answer: EmulatorAnswer, params: Partial<ChatCompletionStreamParams> = {}) {
  const { ai, emulator } = await emulate(answer);
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { model, messages } = body;
      const contents = messages.map(({ content }) => String(content)).join('\n');
      const reply$ = fromGemini(ai, { model, contents }).pipe(classifyErrors());
      return pipeToServerResponse(reply$, response, { format: openAiFormat(body) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const baseURL = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`;
  const client = new OpenAI({ apiKey: 'k', baseURL, maxRetries: 0 });
  const stream = client.chat.completions.stream({
    model: 'gemini-2.5-flash',
    messages: [{ role: 'user', content: 'Why is the sky blue?' }],
    ...params,
  });
  return { stream, emulator };
}

async function bodyOf(request: IncomingMessage): Promise<ChatCompletionStreamParams> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += String(piece);
  return JSON.parse(body) as ChatCompletionStreamParams;
}

const promptOf = (emulator: Emulator) => JSON.stringify(emulator.requests[0]!.body);

function raw(parts: readonly object[], more: object = {}, ofChunk: object = {}): object {
  return { candidates: [{ index: 0, content: { role: 'model', parts }, ...more }], ...ofChunk };
}

describe("the OpenAI format, read by `openai`'s stream", () => {
  it('is the text of the reply, chunk by chunk', async () => {
    const { stream, emulator } = await ask(['Blue ', 'light 👋 ', 'scatters.']);
    const deltas: string[] = [];
    stream.on('content', (delta) => deltas.push(delta));
    const { choices, model, usage } = await stream.finalChatCompletion();
    expect(choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'Blue light 👋 scatters.' },
    });
    expect(deltas.join('')).toBe('Blue light 👋 scatters.');
    expect(model).toBe('gemini-2.5-flash');
    expect(usage).toBeUndefined();
    expect(promptOf(emulator)).toContain('Why is the sky blue?');
  });

  it('has the calls, with ids for those that have none', async () => {
    const { stream } = await ask({
      chunks: [
        raw([{ text: 'I think', thought: true }, { text: 'Let me see.' }]),
        raw([
          { functionCall: { name: 'weather', args: { city: 'Oslo' } } },
          { functionCall: { id: 'given', name: 'weather', args: { city: 'Rome' } } },
        ]),
        raw([{ functionCall: { name: 'time' } }], { finishReason: 'STOP' }),
      ],
    } as EmulatorAnswer);
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'Let me see.',
        tool_calls: [
          { id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
          { id: 'given', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
          { id: 'call_2', type: 'function', function: { name: 'time', arguments: '{}' } },
        ],
      },
    });
  });

  it('has the usage if the request asks for it', async () => {
    const { stream } = await ask(
      { chunks: [raw([{ text: 'Hi' }], { finishReason: 'STOP' }, { usageMetadata })] } as EmulatorAnswer,
      { stream_options: { include_usage: true } },
    );
    expect(await stream.totalUsage()).toMatchObject({ prompt_tokens: 10, completion_tokens: 25, total_tokens: 35 });
  });

  it('reports that the reply reached the limit of its length', async () => {
    const { stream } = await ask({ chunks: ['Half an ans'], finishReason: 'MAX_TOKENS' });
    const chunks: unknown[] = [];
    stream.on('chunk', ({ choices }) => chunks.push(choices[0]?.finish_reason));
    await stream.done().catch(() => undefined);
    expect(chunks.at(-1)).toBe('length');
  });

  it.each<[string, EmulatorAnswer, string, string, object]>([
    [
      'in the middle',
      { chunks: ['one ', 'two ', 'three'], errorAfter: { chunks: 2 } },
      'one two ',
      'The model is overloaded; try again later',
      { type: 'overloaded' },
    ],
    [
      'by a cut connection',
      { chunks: ['one ', 'two'], dropAfter: { chunks: 1 } },
      'one ',
      'The reply broke off',
      { type: 'truncated' },
    ],
    [
      'before the first chunk',
      { error: apiError({ code: 429 }) },
      '',
      'Too many requests; wait and try again',
      { type: 'rate_limit', code: 429 },
    ],
  ])('throws an APIError for a failure %s', async (_, answer, shown, message, fields) => {
    const { stream } = await ask(answer);
    let text = '';
    stream.on('content', (delta) => (text += delta));
    const error = await stream.finalChatCompletion().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ message: expect.stringContaining(message) as string, ...fields });
    expect(text).toBe(shown);
  });

  it("closes Gemini's socket when the client aborts", async () => {
    const { stream, emulator } = await ask({ chunks: ['a', 'b', 'c'], stallAfter: { chunks: 1 } });
    stream.on('content', () => stream.abort());
    await expect(stream.finalChatCompletion()).rejects.toThrow('aborted');
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true, chunksSent: 1 });
  });
});
