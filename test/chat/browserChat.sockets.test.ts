import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { concat, firstValueFrom, ignoreElements, lastValueFrom, NEVER, of, Subject, take } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { answerContents, type AnswerContentsSettings } from '../../src/chat/answerContents.js';
import type { ChatJson } from '../../src/chat/chatJson.js';
import type { ChatMessage } from '../../src/chat/chatMessage.js';
import type { ChatSourceOptions } from '../../src/chat/chatOptions.js';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import { interactions } from '../../src/chat/interactions.js';
import { readChatRequest, type ReadChatRequestOptions } from '../../src/chat/readChatRequest.js';
import type { GeminiContent } from '../../src/chunk/contentsOf.js';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorAnswer, EmulatorReply } from '../../src/emulator/scenario.js';
import { httpStatusOf } from '../../src/errors/httpStatusOf.js';
import { publicError } from '../../src/errors/publicError.js';
import { pipeToServerResponse, type PipeToServerResponseOptions } from '../../src/sinks/pipeToServerResponse.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import { emulate } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { refusal } from './chatModel.js';

const model = 'gemini-2.5-flash';

interface Route {
  readonly reply: EmulatorReply | EmulatorAnswer;
  readonly tools?: AnswerContentsSettings['tools'];
  readonly approve?: AnswerContentsSettings['approve'];
  readonly read?: ReadChatRequestOptions;
  readonly sink?: PipeToServerResponseOptions;
  readonly isInteraction?: boolean;
}

/** A server with a route that answers the chat of a browser, and the function that makes such a chat. */
async function serve({ reply, tools, approve, read = {}, sink, isInteraction = false }: Route) {
  const { ai, emulator } = await emulate(reply);
  const posted: string[] = [];
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const piece of incoming) body += String(piece);
    posted.push(body);
    try {
      const request = readChatRequest(body, read);
      const reply$ = isInteraction
        ? answerContents(interactions(ai, { model }), { ...request, tools, approve })
        : answerContents(ai, { ...request, model, tools, approve });
      await pipeToServerResponse(reply$, response, sink);
    } catch (error) {
      response.writeHead(httpStatusOf(error), { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: publicError(error) }));
    }
  };
  const server = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api/chat`;
  const browser = (options?: ChatSourceOptions) => createChat((request) => fromSse(url, { json: request }), options);
  /** The contents of all requests to the model. */
  const sent = () => emulator.requests.map(({ body }) => (body as { contents: GeminiContent[] }).contents);
  return { browser, emulator, posted, sent };
}

const calling = (...names: string[]) => [
  partsChunk(names.map((name, index) => ({ functionCall: { id: `${name}-${index}`, name, args: { index } } }))),
  finishChunk('STOP', { totalTokenCount: 2 }),
];
const saying = (text: string) => [chunk(text), finishChunk('STOP', { totalTokenCount: 2 })];
const tool = (run: (args: object, context: { signal: AbortSignal }) => unknown) => ({
  declaration: { description: 'A test.' },
  run,
});
const messagesOf = (chat: GeminiChat) => firstValueFrom(chat.messages$);
const kindsOf = (contents: readonly Pick<GeminiContent, 'parts'>[]) =>
  contents.map(({ parts }) => parts.map((part) => part.text ?? Object.keys(part)[0]).join());
const shown = (messages: readonly ChatMessage[]) => messages.map(({ role, text, status }) => [role, text, status]);

describe('the chat of a browser, over a route with `readChatRequest` and `answerContents`', () => {
  it('sends its history, edits, regenerates and restores', async () => {
    const { browser, posted, sent, emulator } = await serve({ reply: ({ index }) => `Answer ${index}.` });
    const chat = browser({ config: { temperature: 2 } });
    await lastValueFrom(chat.send('1'));
    await lastValueFrom(chat.send('2'));
    await lastValueFrom(chat.regenerate());
    const [first] = await messagesOf(chat);
    const restored = browser({ restore: JSON.parse(JSON.stringify(chat)) as ChatJson });
    await lastValueFrom(chat.edit(first!.id, 'one'));
    await lastValueFrom(restored.send('3'));
    expect(sent().map(kindsOf)).toEqual([
      ['1'],
      ['1', 'Answer 0.', '2'],
      ['1', 'Answer 0.', '2'],
      ['one'],
      ['1', 'Answer 0.', '2', 'Answer 2.', '3'],
    ]);
    expect(shown(await messagesOf(chat))).toEqual([
      ['user', 'one', 'complete'],
      ['model', 'Answer 3.', 'complete'],
    ]);
    expect(JSON.parse(posted[0]!)).toMatchObject({ config: { temperature: 2 } });
    expect(JSON.stringify(emulator.requests[0]?.body)).not.toContain('temperature');
  });

  it('shows a reply with tools of the server, and sends it back in the order that the API demands', async () => {
    const { browser, sent } = await serve({
      reply: ({ index }) => [calling('f', 'g'), calling('f'), saying('Fine.'), 'Again.'][index] ?? '',
      tools: {
        f: tool(() => 1),
        g: tool(() => {
          throw new Error('broken');
        }),
      },
    });
    const chat = browser();
    const reply = await lastValueFrom(chat.send('Go').pipe(finalResponse()));
    expect(reply.usageMetadata?.totalTokenCount).toBe(6);
    const messages = await messagesOf(chat);
    expect(shown(messages)).toEqual([
      ['user', 'Go', 'complete'],
      ['model', 'Fine.', 'complete'],
    ]);
    const runsOf = (of: readonly ChatMessage[]) =>
      of.map(({ runs }) => runs.map(({ call, status, response }) => [call.id, status, response]));
    expect(runsOf(messages)).toEqual([
      [],
      [
        ['f-0', 'complete', { output: 1 }],
        ['g-1', 'failed', { error: 'broken' }],
        ['f-0', 'complete', { output: 1 }],
      ],
    ]);
    const restored = browser({ restore: JSON.parse(JSON.stringify(chat)) as ChatJson });
    expect(runsOf(await messagesOf(restored))).toEqual(runsOf(messages));
    expect(restored.toJSON()).toEqual(chat.toJSON());
    await lastValueFrom(chat.send('And?'));
    expect(kindsOf(sent()[3]!)).toEqual([
      'Go',
      'functionCall,functionCall',
      'functionResponse,functionResponse',
      'functionCall',
      'functionResponse',
      'Fine.',
      'And?',
    ]);
    expect(sent().map(refusal)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([false, true])(
    'runs the tools of the browser in the browser; with Interactions: %s',
    async (isInteraction) => {
      const { browser, emulator, posted, sent } = await serve({
        reply: ({ index }) => [calling('server', 'page'), 'Fine.', 'Again.'][index] ?? '',
        tools: { server: tool(() => 'known') },
        read: { allowTools: ['page', 'server'] },
        isInteraction,
      });
      const ran: object[] = [];
      const forged = tool(() => 'forged');
      const chat = browser({ tools: { page: tool((args) => ran.push(args)), server: forged, secret: forged } });
      const { values, error } = await outcomeOf(chat.send('Go'));
      expect(error).toBeUndefined();
      expect(values.at(-1)).toBeDefined();
      expect(ran).toEqual([{ index: 1 }]);
      expect(shown(await messagesOf(chat))).toEqual([
        ['user', 'Go', 'complete'],
        ['model', '', 'complete'],
        ['tool', '', 'complete'],
        ['model', 'Fine.', 'complete'],
      ]);
      await lastValueFrom(chat.send('And?'));
      expect(emulator.requests.length).toBe(3);
      const contents = posted.map((body) => (JSON.parse(body) as { contents: GeminiContent[] }).contents);
      expect(contents.map(refusal)).toEqual([undefined, undefined, undefined]);
      expect(contents[1]).toEqual([
        { role: 'user', parts: [{ text: 'Go' }] },
        {
          role: 'model',
          parts: [
            { functionCall: { id: 'server-0', name: 'server', args: { index: 0 } } },
            { functionCall: { id: 'page-1', name: 'page', args: { index: 1 } } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'server-0', name: 'server', response: { output: 'known' } } },
            { functionResponse: { id: 'page-1', name: 'page', response: { output: 1 } } },
          ],
        },
      ]);
      if (isInteraction) return;
      expect(sent()).toEqual(contents);
      const declared = (emulator.requests[0]?.body as { tools: { functionDeclarations: { name: string }[] }[] }).tools;
      expect(declared.map(({ functionDeclarations }) => functionDeclarations.map(({ name }) => name))).toEqual([
        ['server'],
        ['page'],
      ]);
    },
  );

  it('stops in the browser, and closes the socket to the model and the tools of the server', async () => {
    const signals: AbortSignal[] = [];
    const { browser, emulator, sent } = await serve({
      reply: ({ index }) =>
        [{ chunks: ['Half'], stallAfter: { chunks: 1 } }, { chunks: calling('hang') }, 'Fine.'][index] ?? '',
      tools: {
        hang: tool((_, { signal }) => {
          signals.push(signal);
          return NEVER;
        }),
      },
    });
    const chat = browser();
    const first = outcomeOf(chat.send('1'));
    await vi.waitFor(async () => {
      expect(shown(await messagesOf(chat)).at(-1)).toEqual(['model', 'Half', 'streaming']);
    });
    chat.cancel('enough');
    expect((await first).values.at(-1)?.cancelled).toEqual({ reason: 'enough' });
    await emulator.requests[0]?.closed;
    expect(emulator.requests[0]?.closedEarly).toBe(true);
    const second = chat.send('2').subscribe();
    await vi.waitFor(() => {
      expect(signals.length).toBe(1);
    });
    second.unsubscribe();
    await vi.waitFor(() => {
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    });
    await lastValueFrom(chat.send('3'));
    expect(kindsOf(sent()[2]!)).toEqual(['1,2,3']);
    expect(emulator.requests.length).toBe(3);
  });

  it('shows how the tools of the server run, if the route sends the annotation `tool`', async () => {
    const go = new Subject<void>();
    const { browser } = await serve({
      reply: ({ index }) => [calling('slow', 'denied'), 'Fine.'][index] ?? '',
      tools: {
        slow: tool(() => concat(of(50), go.pipe(take(1), ignoreElements()), of('done'))),
        denied: tool(() => 1),
      },
      approve: ({ name }) => of(name !== 'denied'),
      sink: { annotations: ['tool'] },
    });
    const chat = browser();
    const reply = lastValueFrom(chat.send('Go'));
    const runs = async () =>
      (await messagesOf(chat))
        .at(-1)
        ?.runs.map(({ call, status, progress, response }) => [call.name, status, progress ?? response]);
    const denied = ['denied', 'denied', { error: 'The user denied this call.' }];
    await vi.waitFor(async () => {
      expect(await runs()).toEqual([['slow', 'running', 50], denied]);
    });
    const saved = browser({ restore: JSON.parse(JSON.stringify(chat)) as ChatJson });
    expect((await messagesOf(saved)).map(({ status }) => status)).toEqual(['complete', 'cancelled']);
    go.next();
    await reply;
    expect(await runs()).toEqual([['slow', 'complete', { output: 'done' }], denied]);
  });

  it('ends the runs of the server that it has shown, when it is stopped', async () => {
    const { browser } = await serve({
      reply: calling('hang'),
      tools: { hang: tool(() => NEVER) },
      sink: { annotations: true },
    });
    const chat = browser();
    const reply = outcomeOf(chat.send('Go'));
    await vi.waitFor(async () => {
      expect((await messagesOf(chat)).at(-1)?.runs.map(({ status }) => status)).toEqual(['running']);
    });
    chat.cancel();
    await reply;
    const [, message] = await messagesOf(chat);
    expect(message?.status).toBe('cancelled');
    expect(message?.runs.map(({ status }) => status)).toEqual(['cancelled']);
  });

  it.each<[string, Partial<Route>, ChatSourceOptions, string, string, object]>([
    [
      'a refused request',
      {},
      { history: [{ role: 'user', parts: [{ fileData: { fileUri: 'gs://a/b' } }] }] },
      'Go',
      'invalid_request',
      { status: 400 },
    ],
    ['a request above a limit', { read: { maxLength: 100 } }, {}, 'a'.repeat(200), 'overflow', { limit: 'size' }],
    ['a failure of the model', { reply: { error: apiError({ code: 429 }) } }, {}, 'Go', 'rate_limit', {}],
    ['a blocked prompt', { reply: [{ promptFeedback: { blockReason: 'SAFETY' } }] }, {}, 'Go', 'blocked', {}],
    ['too many steps', { reply: calling('f'), tools: { f: tool(() => 1) } }, {}, 'Go', 'overflow', { limit: 'steps' }],
    [
      'a reply that breaks off',
      { reply: { chunks: ['Half', 'b'], dropAfter: { chunks: 1 } } },
      {},
      'Go',
      'truncated',
      {},
    ],
  ])('fails with the public error of %s', async (_, route, options, message, kind, fields) => {
    const { browser } = await serve({ reply: 'Fine.', ...route });
    const { error } = await outcomeOf(browser(options).send(message));
    expect(error).toMatchObject({ kind, ...fields });
  });

  it('continues after a call that the browser must answer, without tools in the browser', async () => {
    const { browser, posted, sent } = await serve({
      reply: ({ index }) => [calling('server', 'form'), 'Fine.'][index] ?? '',
      tools: { server: tool(() => 1) },
    });
    const chat = browser();
    await lastValueFrom(chat.send('Go'));
    const { calls } = (await messagesOf(chat)).at(-1)!;
    expect(calls.map(({ name }) => name)).toEqual(['server', 'form']);
    await lastValueFrom(chat.send({ functionResponse: { id: calls[1]!.id, name: 'form', response: { ok: true } } }));
    expect(posted.length).toBe(2);
    expect(sent().map(refusal)).toEqual([undefined, undefined]);
    expect(sent()[1]?.[2]?.parts.map(({ functionResponse }) => functionResponse?.response)).toEqual([
      { output: 1 },
      { ok: true },
    ]);
  });
});
