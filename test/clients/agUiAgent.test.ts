import { enforceEvents, verifyEvents, type BaseEvent, type RunAgentInput } from '@ag-ui/client';
import fc from 'fast-check';
import { from, lastValueFrom, map, type Observable, tap, toArray } from 'rxjs';
import { classifyErrors, fromGemini, toFormat, type GeminiChunk } from 'rxjs-gemini';
import { agUiEvents } from 'rxjs-gemini/ag-ui';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { GeminiAgent } from '../../examples/ag-ui/src/geminiAgent.js';
import { replayRecording } from '../../src/emulator/replayRecording.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { emulate, params } from '../support/emulate.js';
import { recordings } from '../support/recordings.js';
import { everyKind, partialCall } from './agUiServer.js';

/** The pipeline of `runAgent` prints deviations from the protocol. */
let printed: MockInstance[] = [];
beforeEach(() => {
  printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')].map((spy) => spy.mockImplementation(() => {}));
});
afterEach(() => {
  const lines = printed.flatMap(({ mock }) => mock.calls);
  vi.restoreAllMocks();
  expect(lines).toEqual([]);
});

const input: RunAgentInput = {
  threadId: 't',
  runId: 'r',
  protocolVersion: '1.0',
  messages: [{ id: 'u', role: 'user', content: 'Hello' }],
  tools: [],
  context: [],
};

/** The events of a reply as they are made, and as the client passes them on. */
async function checked(reply$: Observable<GeminiChunk>): Promise<{ made: unknown[]; passed: unknown[] }> {
  const made: unknown[] = [];
  const events$ = reply$.pipe(
    toFormat(agUiEvents(input)),
    tap((event) => made.push(event)),
    // AG-UI names its events by an enum.
    map((event) => event as BaseEvent),
  );
  const passed = await lastValueFrom(events$.pipe(enforceEvents(), verifyEvents(), toArray()));
  return { made, passed };
}

const slow = { chunks: Array.from({ length: 500 }, (_, index) => `w${String(index)} `), pace: 20 };

describe('the events in the same process', () => {
  it('are valid for the client, whatever the chunks are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryChunk, { maxLength: 8 }), async (chunks) => {
        const { made, passed } = await checked(from(chunks));
        expect(passed).toEqual(made);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['with every kind of part', everyKind],
    ['with a call in pieces', partialCall],
    ['with a call that was cut', partialCall.slice(0, 2)],
  ])('are valid for a reply %s', async (_, chunks) => {
    const { ai } = await emulate({ chunks: chunks as never });
    const { made, passed } = await checked(fromGemini(ai, params));
    expect(passed).toEqual(made);
    expect(made.length).toBeGreaterThan(3);
  });

  it.each(recordings().map((recording) => [recording.name, recording] as const))(
    'are valid for the recording %s',
    async (_, recording) => {
      const { ai } = await emulate(replayRecording(recording));
      const { made, passed } = await checked(fromGemini(ai, params).pipe(classifyErrors()));
      expect(passed).toEqual(made);
    },
  );
});

describe('GeminiAgent of examples/ag-ui', () => {
  it('makes no request before the subscription, and closes it at the unsubscription', async () => {
    const { emulator, ai } = await emulate(slow);
    const run$ = new GeminiAgent(ai, {}).run(input);
    expect(emulator.requests).toHaveLength(0);
    await new Promise<void>((resolve) => {
      const running = run$.subscribe(({ type }) => {
        if (String(type) !== 'TEXT_MESSAGE_CONTENT') return;
        running.unsubscribe();
        resolve();
      });
    });
    await emulator.requests[0]?.closed;
    expect(emulator.requests).toHaveLength(1);
    expect(emulator.requests[0]?.closedEarly).toBe(true);
  });

  it('reports an aborted run as cancelled, and closes the request', async () => {
    const { emulator, ai } = await emulate(slow);
    const agent = new GeminiAgent(ai, {});
    agent.addMessage({ id: 'u', role: 'user', content: 'Hello' });
    const ends: unknown[] = [];
    const { newMessages } = await agent.runAgent(
      {},
      {
        onTextMessageContentEvent: () => agent.abortRun(),
        onRunFinishedEvent: ({ outcome }) => void ends.push(outcome),
        onRunErrorEvent: ({ event }) => void ends.push(event.code),
      },
    );
    expect(ends).toEqual(['cancelled']);
    expect(newMessages).toHaveLength(1);
    await emulator.requests[0]?.closed;
    expect(emulator.requests[0]?.closedEarly).toBe(true);
  });

  it('runs its tools, and still does after it was cloned', async () => {
    const call = { candidates: [{ content: { parts: [{ functionCall: { name: 'sky', args: {} } }] } }] };
    let requests = 0;
    const { ai } = await emulate(() =>
      ++requests % 2 === 1 ? { chunks: [call] as never, finishReason: 'STOP' } : 'Grey.',
    );
    const original = new GeminiAgent(ai, { sky: { declaration: {}, run: () => 'grey' } }, { threadId: 'own' });
    const clone = original.clone();
    expect(clone.threadId).toBe('own');
    for (const agent of [original, clone]) {
      agent.addMessage({ id: 'u', role: 'user', content: 'Sky?' });
      const { newMessages } = await agent.runAgent();
      expect(newMessages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'assistant']);
    }
  });

  it('fails with the public sentence if the input is wrong', async () => {
    const { ai } = await emulate('Hello');
    const wrong = { ...input, messages: [{ id: 'u', role: 'SECRET' }] } as unknown as RunAgentInput;
    const events = await lastValueFrom(new GeminiAgent(ai, {}).run(wrong).pipe(toArray()));
    expect(events).toMatchObject([
      { type: 'RUN_STARTED' },
      { type: 'RUN_ERROR', code: 'invalid_request', message: 'The request cannot be answered' },
    ]);
  });
});
