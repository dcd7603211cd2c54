import { ChatClient, fetchServerSentEvents, type UIMessage } from '@tanstack/ai-client';
import { describe, expect, it } from 'vitest';
import type { EmulatorReply } from 'rxjs-gemini/emulator';
import { everyKind, partialCall, startAgUiServer, type AgUiServer } from './agUiServer.js';

const replies: EmulatorReply = ({ prompt }) => {
  switch (prompt) {
    case 'everything':
      return { chunks: everyKind as never };
    case 'partial':
      return { chunks: partialCall as never };
    case '503':
      return { chunks: ['one ', 'two ', 'three '], errorAfter: { chunks: 2 } };
    case 'slow':
      return { chunks: Array.from({ length: 500 }, (_, index) => `w${String(index)} `), pace: 20 };
    default:
      return { text: `You said: ${prompt}` };
  }
};

/** A chat, and what its page would show. */
class TanStackPage {
  messages: UIMessage[] = [];
  error: Error | undefined;
  status = '';
  readonly client: ChatClient;

  constructor({ url }: AgUiServer, onText: (client: ChatClient) => void = () => {}) {
    this.client = new ChatClient({
      connection: fetchServerSentEvents(url),
      onMessagesChange: (messages) => {
        this.messages = messages;
        const parts = messages.flatMap((message) => (message.role === 'assistant' ? message.parts : []));
        if (parts.some(({ type }) => type === 'text')) onText(this.client);
      },
      onErrorChange: (error) => (this.error = error ?? this.error),
      onStatusChange: (status) => (this.status = status),
    });
  }

  get parts() {
    return this.messages.flatMap(({ role, parts }) => (role === 'assistant' ? parts : []));
  }
}

describe("TanStack's ChatClient", () => {
  it('reads texts, thoughts and calls', async () => {
    const page = new TanStackPage(await startAgUiServer(replies));
    await page.client.sendMessage('everything');
    expect(page.status).toBe('ready');
    expect(page.error).toBe(undefined);
    expect(page.parts).toMatchObject([
      { type: 'thinking', content: 'I think about it.' },
      { type: 'text', content: 'Hello wörld 👋' },
      { type: 'text', content: ' See:' },
      { type: 'tool-call', name: 'weather', input: { city: 'Oslo' }, state: 'input-complete' },
      { type: 'tool-call', name: 'weather', input: { city: 'Rome' }, state: 'input-complete' },
      // The signature of the text: this client keeps those of messages in a thought.
      { type: 'thinking', content: '', signature: 'c2lnMg==' },
    ]);
  });

  it('reads streamed arguments', async () => {
    const page = new TanStackPage(await startAgUiServer(replies));
    await page.client.sendMessage('partial');
    expect(page.parts).toMatchObject([{ type: 'tool-call', id: 'c1', arguments: '{"city":"Oslo"}' }]);
  });

  it('gets a failure, after the text', async () => {
    const page = new TanStackPage(await startAgUiServer(replies));
    await page.client.sendMessage('503');
    expect(page.status).toBe('error');
    expect(page.error).toMatchObject({ message: 'The model is overloaded; try again later', code: 'overloaded' });
    expect(page.parts).toMatchObject([{ type: 'text', content: 'one two ' }]);
  });

  it('returns the results of its tools and the signatures with the next run', async () => {
    const server = await startAgUiServer(replies);
    const page = new TanStackPage(server);
    await page.client.sendMessage('everything');
    for (const part of page.parts) {
      if (part.type !== 'tool-call') continue;
      await page.client.addToolResult({ toolCallId: part.id, tool: part.name, output: { sky: 'grey' } });
    }
    const answer = { functionResponse: { name: 'weather', response: { sky: 'grey' } } };
    const answered = server.contents.find((contents) => contents.length > 1);
    expect(answered).toEqual([
      { role: 'user', parts: [{ text: 'everything' }] },
      {
        role: 'model',
        parts: [
          { text: 'Hello wörld 👋' },
          { text: '', thought: true, thoughtSignature: 'c2lnMg==' },
          { text: ' See:' },
          { functionCall: { name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'c2lnMQ==' },
          { functionCall: { name: 'weather', args: { city: 'Rome' } } },
        ],
      },
      { role: 'user', parts: [answer, answer] },
    ]);
  });

  it('closes the socket to Gemini when it stops', async () => {
    const server = await startAgUiServer(replies);
    const page = new TanStackPage(server, (client) => client.stop());
    await page.client.sendMessage('slow');
    const request = server.emulator.requests[0];
    await request?.closed;
    expect(request?.closedEarly).toBe(true);
  });
});
