import { HttpAgent, enforceEvents, verifyEvents } from '@ag-ui/client';
import { HttpAgent as OldHttpAgent } from '@ag-ui/client-old';
import { describe, expect, it, vi } from 'vitest';
import { everyKind, startAgUiServer } from './agUiServer.js';

it('runs', async () => {
  const server = await startAgUiServer({ chunks: everyKind as never });
  for (const Base of [HttpAgent, OldHttpAgent]) {
    const agent = new Base({ url: server.url }) as unknown as HttpAgent;
    agent.addMessage({ id: 'u1', role: 'user', content: 'hi' });
    const events: unknown[] = [];
    const { newMessages } = await agent.runAgent({}, { onEvent: ({ event }) => void events.push(event) });
    console.log(JSON.stringify(newMessages, null, 1));
    console.log(events.map((e) => JSON.stringify(e)).join('\n'));
  }
});
