import { getEventListeners } from 'node:events';
import { lastValueFrom, NEVER, tap } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { answerContents } from '../../src/chat/answerContents.js';
import type { GeminiContent } from '../../src/chunk/contentsOf.js';
import type { EmulatorExchange } from '../../src/emulator/exchange.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { callChunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import { emulate } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { refusal } from './chatModel.js';

const model = 'gemini-2.5-flash';
const contents = [{ role: 'user', parts: [{ text: 'Go' }] }];
const contentsOf = (exchange: EmulatorExchange | undefined) =>
  (exchange?.body as { contents: GeminiContent[] }).contents;
const calling = (...names: string[]) => ({
  chunks: [
    partsChunk(names.map((name, index) => ({ functionCall: { id: `${name}-${index}`, name, args: { index } } }))),
    finishChunk(),
  ],
});
const tool = <T>(run: (args: object, context: { signal: AbortSignal }) => T) => ({
  declaration: { description: 'A test.' },
  run,
});

describe('answerContents over real sockets', () => {
  it('answers in two rounds with tools', async () => {
    const { ai, emulator } = await emulate(({ index }) => [calling('f', 'g'), calling('f'), 'Fine.'][index] ?? '');
    const reply$ = answerContents(ai, {
      model,
      contents,
      config: { systemInstruction: 'Be brief.' },
      tools: { f: tool(() => 1), g: tool(() => Promise.resolve({ b: 2 })) },
    });
    const reply = await lastValueFrom(reply$.pipe(finalResponse()));
    expect(reply.text).toBe('Fine.');
    expect(emulator.requests.map((exchange) => refusal(contentsOf(exchange)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(emulator.requests.map((exchange) => contentsOf(exchange).length)).toEqual([1, 3, 5]);
    expect(contentsOf(emulator.requests[1])[2]).toEqual({
      role: 'user',
      parts: [
        { functionResponse: { id: 'f-0', name: 'f', response: { output: 1 } } },
        { functionResponse: { id: 'g-1', name: 'g', response: { b: 2 } } },
      ],
    });
    for (const { body } of emulator.requests) {
      expect(body).toMatchObject({
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        tools: [{ functionDeclarations: [{ name: 'f' }, { name: 'g' }] }],
      });
    }
  });

  it('ends with a call of a tool of the browser, which it has declared', async () => {
    const { ai, emulator } = await emulate(calling('f', 'browser'));
    const reply$ = answerContents(ai, {
      model,
      contents,
      tools: { f: tool(() => 1) },
      declaredTools: [{ functionDeclarations: [{ name: 'browser', parametersJsonSchema: { type: 'object' } }] }],
    });
    const { values, isComplete } = await outcomeOf(reply$);
    expect(isComplete).toBe(true);
    expect(values.at(-1)?.candidates?.[0]?.content?.parts).toEqual([
      { functionResponse: { id: 'f-0', name: 'f', response: { output: 1 } } },
    ]);
    expect(emulator.requests.length).toBe(1);
    expect(emulator.requests[0]?.body).toMatchObject({
      tools: [
        { functionDeclarations: [{ name: 'f' }] },
        { functionDeclarations: [{ name: 'browser', parametersJsonSchema: { type: 'object' } }] },
      ],
    });
  });

  it('closes the socket of the first request, and of a later one', async () => {
    const { ai, emulator } = await emulate(({ index }) =>
      index === 1 ? calling('f') : { chunks: ['Half'], stallAfter: { chunks: 1 } },
    );
    const reply$ = answerContents(ai, { model, contents, tools: { f: tool(() => 1) } });
    for (const requests of [1, 3]) {
      const reply = reply$.subscribe();
      await vi.waitFor(() => {
        expect(emulator.requests[requests - 1]?.chunksSent).toBe(1);
      });
      reply.unsubscribe();
      await emulator.requests[requests - 1]?.closed;
    }
    expect(emulator.requests.map(({ closedEarly }) => closedEarly)).toEqual([true, false, true]);
  });

  it('aborts the running tools when the client of a route has left, and makes no further request', async () => {
    const { ai, emulator } = await emulate(calling('hang'));
    const signals: AbortSignal[] = [];
    const client = new AbortController();
    const reply$ = answerContents(ai, {
      model,
      contents,
      tools: {
        hang: tool((_, { signal }) => {
          signals.push(signal);
          return NEVER;
        }),
      },
    });
    const response = toSseResponse(reply$, { signal: client.signal });
    const read = response.text();
    await vi.waitFor(() => {
      expect(signals.length).toBe(1);
    });
    client.abort();
    await read;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(emulator.requests.length).toBe(1);
    expect(getEventListeners(client.signal, 'abort')).toEqual([]);
  });

  it('fails after `maxSteps` requests, and keeps the calls that it has emitted', async () => {
    const { ai, emulator } = await emulate({ chunks: [callChunk('f'), finishChunk()] });
    const called: string[] = [];
    const reply$ = answerContents(ai, { model, contents, tools: { f: tool(() => 1) }, maxSteps: 3 }).pipe(
      tap(({ candidates }) => called.push(candidates?.[0]?.content?.parts?.[0]?.functionCall?.name ?? '')),
    );
    expect((await outcomeOf(reply$)).error).toMatchObject({ kind: 'overflow', limit: 'steps' });
    expect(emulator.requests.length).toBe(3);
    expect(called.filter((name) => name === 'f').length).toBe(3);
  });

  it('sends its requests side by side for two subscribers', async () => {
    const { ai, emulator } = await emulate(({ body }) =>
      (body as { contents: unknown[] }).contents.length === 1 ? calling('f') : 'Fine.',
    );
    const reply$ = answerContents(ai, { model, contents, tools: { f: tool(() => 1) } }).pipe(finalResponse());
    const replies = await Promise.all([lastValueFrom(reply$), lastValueFrom(reply$)]);
    expect(replies.map(({ text }) => text)).toEqual(['Fine.', 'Fine.']);
    expect(emulator.requests.length).toBe(4);
  });
});
