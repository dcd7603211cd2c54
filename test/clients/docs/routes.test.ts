import { Chat } from '@ai-sdk/react';
import { HttpAgent } from '@ag-ui/client';
import { serve } from '@hono/node-server';
import { DefaultChatTransport } from 'ai';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { startEmulator, type Emulator } from 'rxjs-gemini/emulator';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';

type Route = (request: Request) => Promise<Response>;

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ reply: ['Blue light ', 'scatters more.'] });
  vi.stubEnv('GEMINI_API_KEY', 'key');
  vi.stubEnv('GOOGLE_GEMINI_BASE_URL', emulator.url);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
});

/** The address of a server with one route of docs/frontEnds.md. */
async function serveRoute(POST: Route): Promise<string> {
  const server = serve({ fetch: POST, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

describe('the routes of docs/frontEnds.md', () => {
  it('answer `useChat`', async () => {
    const { POST } = await import('./useChatRoute.js');
    const api = await serveRoute(POST);
    const chat = new Chat({ transport: new DefaultChatTransport({ api }) });
    await chat.sendMessage({ text: 'Why?' });
    expect(chat.error).toBeUndefined();
    const parts = chat.lastMessage?.parts ?? [];
    expect(parts.map((part) => (part.type === 'text' ? part.text : ''))).toContain('Blue light scatters more.');

    const response = await fetch(api, { method: 'POST', body: '{"messages":[{"role":"user","parts":[{}]}]}' });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { kind: 'invalid_request' } }]);
  });

  it('answer `HttpAgent`', async () => {
    const { POST } = await import('./agUiRoute.js');
    const url = await serveRoute(POST);
    const agent = new HttpAgent({ url });
    agent.addMessage({ id: '1', role: 'user', content: 'Why?' });
    const { newMessages } = await agent.runAgent();
    expect(newMessages).toMatchObject([{ role: 'assistant', content: 'Blue light scatters more.' }]);

    const response = await fetch(url, { method: 'POST', body: '{"threadId":"t","runId":"r","messages":[{"role":1}]}' });
    expect(await response.text()).toMatch(/"type":"RUN_ERROR".*"code":"invalid_request"/);
  });

  it('answer `openai`', async () => {
    const { POST } = await import('./openAiRoute.js');
    const client = new OpenAI({ apiKey: 'k', baseURL: `${await serveRoute(POST)}v1`, maxRetries: 0 });
    const params = { model: 'gemini-2.5-flash', messages: [{ role: 'user' as const, content: 'Why?' }] };
    expect(await client.chat.completions.stream(params).finalContent()).toBe('Blue light scatters more.');
    await expect(client.chat.completions.create(params)).rejects.toThrow('Expected `stream: true`');
  });
});
