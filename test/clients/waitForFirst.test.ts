import { HttpAgent } from '@ag-ui/client';
import { Chat } from '@ai-sdk/react';
import { GoogleGenAI } from '@google/genai';
import { serve } from '@hono/node-server';
import { DefaultChatTransport } from 'ai';
import { Hono } from 'hono';
import OpenAI, { APIError } from 'openai';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { lastValueFrom } from 'rxjs';
import {
  classifyErrors,
  fromGemini,
  fromSse,
  isGeminiError,
  toSseResponse,
  toText,
  type PublicError,
  type ReplyFormat,
} from 'rxjs-gemini';
import { agUiEvents } from 'rxjs-gemini/ag-ui';
import { uiMessageStream } from 'rxjs-gemini/ai-sdk';
import { apiError, startEmulator, type EmulatorReply } from 'rxjs-gemini/emulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openAiFormat } from './openAiFormat.js';

const failing: EmulatorReply = () => ({ error: apiError({ code: 429, message: 'SECRET', retryDelay: 6_100 }) });

/** A route of Hono in front of an emulator, which waits for the first content. */
async function startRoute(reply: EmulatorReply, format?: ReplyFormat) {
  const emulator = await startEmulator({ reply });
  const ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: emulator.url } });
  const app = new Hono();
  app.all('*', ({ req: { raw: request } }) => {
    const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Hello' }).pipe(classifyErrors());
    return toSseResponse(reply$, { request, waitForFirst: true, ...(format && { format }) });
  });
  const listening = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await once(listening, 'listening');
  onTestFinished(async () => {
    listening.close();
    await emulator.close();
  });
  return { emulator, url: `http://127.0.0.1:${String((listening.address() as AddressInfo).port)}/api/chat` };
}

/** The failure in the JSON of a response, as a page reads it. */
const failureIn = (json: string) => (JSON.parse(json) as { error: PublicError }).error;

describe('a route with waitForFirst', () => {
  it('gives useChat a failed response, whose body is the message of the error', async () => {
    const { url } = await startRoute(failing, uiMessageStream());
    const chat = new Chat({ transport: new DefaultChatTransport({ api: url }) });
    await chat.sendMessage({ text: 'Hello' });
    expect(chat.status).toBe('error');
    expect(failureIn(chat.error!.message)).toEqual({
      kind: 'rate_limit',
      message: 'Too many requests; wait and try again',
      retryable: true,
      retryAfter: 6_100,
      status: 429,
    });
  });

  it('gives useChat a whole reply', async () => {
    const { url } = await startRoute(() => 'Hello, world.', uiMessageStream());
    const chat = new Chat({ transport: new DefaultChatTransport({ api: url }) });
    await chat.sendMessage({ text: 'Hello' });
    expect(chat.status).toBe('ready');
    expect(chat.messages.at(-1)?.parts).toMatchObject([
      { type: 'step-start' },
      { type: 'text', text: 'Hello, world.' },
    ]);
  });

  it('gives HttpAgent the status and the failure', async () => {
    const { url } = await startRoute(failing, agUiEvents({ threadId: 't', runId: 'r' }));
    const agent = new HttpAgent({ url });
    // It logs the failure itself.
    const logged = vi.spyOn(console, 'error').mockReturnValue();
    const error = await agent.runAgent().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ status: 429, payload: { error: { kind: 'rate_limit', retryAfter: 6_100 } } });
    logged.mockRestore();
  });

  it('gives openai an APIError with its status, and the time of its retries', async () => {
    const answers: EmulatorReply = ({ index }) =>
      index === 0 ? { error: apiError({ code: 503, retryDelay: 20 }) } : 'Hello';
    const body = { model: 'gemini-2.5-flash', messages: [{ role: 'user' as const, content: 'Hello' }] };
    const { url, emulator } = await startRoute(answers, openAiFormat(body));
    const single = new OpenAI({ apiKey: 'k', baseURL: url, maxRetries: 0 });
    const error = await single.chat.completions.create({ ...body, stream: true }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 503, error: { kind: 'overloaded' } });
    expect((error as APIError).message).toContain('The model is overloaded; try again later');
    const stream = new OpenAI({ apiKey: 'k', baseURL: url }).chat.completions.stream(body);
    expect((await stream.finalChatCompletion()).choices[0]!.message.content).toBe('Hello');
    expect(emulator.requests).toHaveLength(2);
  });

  it('gives fromSse the error of the model', async () => {
    const { url } = await startRoute(failing);
    const { status, headers } = await fetch(url);
    expect([status, headers.get('Retry-After')]).toEqual([429, '7']);
    const error = await lastValueFrom(fromSse(url).pipe(toText())).catch((cause: unknown) => cause);
    expect(isGeminiError(error) && error).toMatchObject({ kind: 'rate_limit', status: 429, retryAfter: 6_100 });
  });

  it('closes the request to Gemini when the client disconnects during the wait', async () => {
    const { url, emulator } = await startRoute(() => ({ chunks: ['Hello'], stallAfter: { chunks: 0 } }));
    const controller = new AbortController();
    const asked = fetch(url, { signal: controller.signal }).catch((cause: unknown) => cause);
    await expect.poll(() => emulator.requests.length).toBe(1);
    controller.abort();
    await asked;
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 0, closedEarly: true });
  });

  it('answers HEAD without a request to Gemini', async () => {
    const { url, emulator } = await startRoute(() => 'Hello');
    const { status, headers } = await fetch(url, { method: 'HEAD' });
    expect([status, headers.get('Content-Type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(emulator.requests).toEqual([]);
  });
});
