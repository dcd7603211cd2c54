import { lastValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { createChat } from '../../src/chat/createChat.js';
import { interactions } from '../../src/chat/interactions.js';
import { serveInteractions, sseOf } from '../support/interactionServer.js';
import { outcomeOf } from '../support/outcome.js';
import { InteractionKeeper, type KeeperAnswer } from './interactionKeeper.js';

const model = 'gemini-2.5-flash';

/** A chat over the real SDK and a server that keeps interactions. */
async function chatOverSockets(answers: readonly KeeperAnswer[]) {
  const rest = [...answers];
  const keeper = new InteractionKeeper(() => rest.shift() ?? { error: new Error('No answer is left') });
  const server = await serveInteractions((response, { json }) => {
    const answer = async () => {
      try {
        const events = (await keeper.ai.interactions.create(json)) as AsyncIterable<object>;
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        for await (const event of events) response.write(sseOf(event));
        response.end('event: done\ndata: [DONE]\n\n');
      } catch (cause) {
        const { status, error } = cause as { status: number; error: object };
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(error));
      }
    };
    void answer();
  });
  return { keeper, server, chat: createChat(interactions(server.ai, { model })) };
}

describe('interactions over real sockets', () => {
  it('continue the history of the server, and send it again once it has expired', async () => {
    const { keeper, chat } = await chatOverSockets(['One.', 'Two.', 'Three.']);
    for (const message of ['1', '2']) await outcomeOf(chat.send(message));
    keeper.expire();
    expect((await lastValueFrom(chat.send('3').pipe(finalResponse()))).text).toBe('Three.');
    expect(keeper.requests.map(({ previous_interaction_id: id, input }) => [id, input?.length])).toEqual([
      [undefined, 1],
      ['int_1', 1],
      ['int_2', 1],
      [undefined, 5],
    ]);
  });

  it('do not repeat a request to a model that does not exist', async () => {
    const missing = { status: 404, error: { error: { code: 'model_not_found', message: 'No such model.' } } };
    const { keeper, chat } = await chatOverSockets(['One.', { error: missing }]);
    await outcomeOf(chat.send('1'));
    expect((await outcomeOf(chat.send('2'))).error).toMatchObject({ kind: 'not_found', status: 404 });
    expect(keeper.requests).toHaveLength(2);
  });

  it('close the connection of a reply that is cancelled', async () => {
    const { server, chat } = await chatOverSockets([{ chunks: ['Half'], stallAfter: { chunks: 1 } }]);
    const cancelled = outcomeOf(chat.send('1'));
    await vi.waitFor(() => {
      expect(server.seen).toHaveLength(1);
    });
    chat.cancel();
    await cancelled;
    expect(await server.requests[0]?.closed).toBe(false);
  });
});
