import fc from 'fast-check';
import { getEventListeners } from 'node:events';
import { from, lastValueFrom, reduce } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { ReplySseOptions } from '../../src/sinks/sendEvents.js';
import { openingComment } from '../../src/chunk/openingComment.js';
import { toSseText } from '../../src/sinks/toSseText.js';
import { fromSse, type FromSseOptions } from '../../src/sources/fromSse.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { deferred, outcomeOf } from '../support/outcome.js';
import { expectSameData } from '../support/sameData.js';
import { cut, serveSse, startSseServer, whole, type Answer, type SeenRequest } from '../support/sseServer.js';

const chunks = ['One, ', 'two, ', 'three, ', 'four'].map((text) => chunk(text, { responseId: 'r1' }));
const reply = [...chunks, finishChunk()];

/** The reply as the sinks write it: one that can be resumed, unless the options change that. */
function bodyOf(source: readonly GeminiChunk[], options: ReplySseOptions = { resumable: true }): Promise<string> {
  const text$ = from(source).pipe(toSseText({ annotations: true, heartbeat: false, ...options }));
  return lastValueFrom(text$.pipe(reduce((all, text) => all + text, '')));
}

const end = 'event: done\ndata: {}\n\n';
const replyBody = await bodyOf(reply);
const events = eventTextsOf(replyBody);
const upTo = (count: number) => events.slice(0, count).join('');
const after = (count: number) => events.slice(count).join('');

/** The events of a body, without its comments. */
function eventTextsOf(body: string): string[] {
  return body.split(/(?<=\n\n)/).filter((text) => !text.startsWith(':'));
}

const lastEventId = ({ headers }: SeenRequest) => headers['last-event-id'];

/** Reads the answers, one for each connection; there is no other connection. */
async function read(answers: readonly Answer[], { reconnect, ...options }: FromSseOptions = {}) {
  const { url, requests } = await serveSse((...args) => answers[args[2]]?.(...args));
  const { values, error, isComplete } = await outcomeOf(
    fromSse(url, { json: 'Hi' }, { ...options, reconnect: { delay: 0, ...reconnect } }),
  );
  return { values, error, isComplete, asked: requests.map(lastEventId), requests };
}

describe('a connection that breaks', () => {
  it('is replaced by another connection, with the same request and the index of the last chunk', async () => {
    const { values, isComplete, asked, requests } = await read([cut(upTo(2)), whole(after(2))]);
    expect({ values, isComplete, asked }).toEqual({ values: reply, isComplete: true, asked: [undefined, '1'] });
    expect(requests.map(({ method, body }) => `${String(method)} ${body}`)).toEqual(['POST "Hi"', 'POST "Hi"']);
  });

  it.each<[string, readonly Answer[]]>([
    ['that only the end was missing', [cut(upTo(5), 'end'), whole(end)]],
    ['before the first event of the next connection', [cut(upTo(1)), cut(''), cut(': hello\n\n'), whole(after(1))]],
    ['as if the response were over', [cut(upTo(1), 'end'), whole(after(1))]],
    ['in the middle of an index', [cut(`${upTo(1)}id: `, 'end'), whole(after(1))]],
    ['in the middle of an event', [cut(upTo(3).slice(0, -20)), whole(after(2))]],
    ['behind the last byte of an event, before its blank line', [cut(upTo(2).trimEnd(), 'end'), whole(after(2))]],
    ['in the middle of an error', [cut(`${upTo(1)}event: error\ndata: {"ki`, 'end'), whole(after(1))]],
    ['while the server starts again', [cut(upTo(1)), whole('', {}, 503), whole('', {}, 502), whole(after(1))]],
  ])('is replaced: %s', async (_, answers) => {
    expect(await read(answers)).toMatchObject({ values: reply, isComplete: true });
  });

  it.each<[string, Answer]>([
    ['from its beginning', whole(replyBody)],
    ['from the last chunk', whole(after(1))],
    ['from one before', whole(after(0))],
  ])('loses and doubles nothing if the server sends the reply %s', async (_, again) => {
    expect(await read([cut(upTo(2)), again])).toMatchObject({ values: reply, isComplete: true });
  });

  it('recognises a repeated chunk that an operator has annotated anew', async () => {
    const annotated = (elapsed: number) => {
      const progress = { phase: 'answering', percent: 0, outputTokens: 0, estimated: true, elapsed } as const;
      return bodyOf(reply.map((each) => ({ ...each, progress })));
    };
    const first = eventTextsOf(await annotated(1)).slice(0, 2);
    const { values, isComplete } = await read([cut(first.join('')), whole(await annotated(2))]);
    expect(values.map(({ text }) => text)).toEqual(reply.map(({ text }) => text));
    expect(isComplete).toBe(true);
  });

  it('is replaced without a limit, as long as new chunks arrive', async () => {
    const answers = events.map((event): Answer => cut(event));
    const { values, isComplete, asked } = await read(answers, { reconnect: { count: 1 } });
    expect({ values, isComplete }).toEqual({ values: reply, isComplete: true });
    expect(asked).toEqual([undefined, '0', '1', '2', '3', '4']);
  });

  it('fails after `count` attempts, with the last error', async () => {
    const { values, error, asked } = await read([cut(upTo(2)), cut(''), whole('', {}, 503)], {
      reconnect: { count: 2 },
    });
    expect(values).toEqual(reply.slice(0, 2));
    expect(error).toMatchObject({ kind: 'overloaded', status: 503 });
    expect(asked).toHaveLength(3);
  });

  it('is not replaced with `count: 0`', async () => {
    const { error, asked } = await read([cut(upTo(2))], { reconnect: { count: 0 } });
    expect(error?.kind).toBe('truncated');
    expect(asked).toHaveLength(1);
  });

  it('is not replaced before the first chunk', async () => {
    const { error, asked } = await read([cut(': hello\n\n')]);
    expect(error?.kind).toBe('truncated');
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['are names', events[0]!.replace('id: 0', 'id: first')],
    ['are no indices', events[0]!.replace('id: 0', 'id: -1')],
    ['are those of a framework, from 1', upTo(2).replaceAll(/id: (\d)/g, (_, id: string) => `id: ${Number(id) + 1}`)],
    ['do not grow', upTo(2).replace('id: 1', 'id: 0')],
    [
      'are those of a framework, from 0, in the plain format',
      'id: 0\ndata: {"text":"a"}\n\nid: 1\ndata: {"text":"b"}\n\n',
    ],
    ['stop', upTo(1) + events[1]!.replace('id: 1\n', '')],
  ])('is not replaced if the ids %s', async (_, body) => {
    const { error, asked } = await read([cut(body)]);
    expect(error?.kind).toBe('truncated');
    expect(asked).toHaveLength(1);
  });

  it('is not missed after a finish if the ids of a foreign server begin with a name', async () => {
    const named = upTo(2).replace('id: 1', 'id: 0').replace('id: 0', 'id: first');
    const finish = `id: 1\ndata: ${JSON.stringify({ candidates: [{ finishReason: 'STOP' }] })}\n\n`;
    const { isComplete, asked } = await read([whole(named + finish)]);
    expect([isComplete, asked]).toEqual([true, [undefined]]);
  });

  it.each<[string, Answer, object]>([
    ['refuses', whole('', {}, 401), { kind: 'auth', status: 401 }],
    [
      'has nothing more',
      (response) => response.writeHead(204).end(),
      { kind: 'truncated', status: 204, retryable: false },
    ],
    [
      'cannot resume',
      whole(after(1).replace('{', '{"error":{"kind":"truncated","message":"x"},')),
      { kind: 'truncated', message: 'x' },
    ],
    ['has failed', whole(`event: error\ndata: {"kind":"server","message":"x"}\n\n`), { kind: 'server', message: 'x' }],
  ])('is not replaced once the server %s', async (_, answer, expected) => {
    const { values, error, asked } = await read([cut(upTo(2)), answer]);
    expect(values).toEqual(reply.slice(0, 2));
    expect(error).toMatchObject(expected);
    expect(asked).toHaveLength(2);
  });
});

describe('a server that continues with another reply', () => {
  const other = (text: string, id: string | number, responseId = 'r2') =>
    `id: ${String(id)}\n${events[0]!.split('\n')[1]!.replace('One, ', text).replace('r1', responseId)}\n\n`;

  it.each([
    ['its last chunk is not the one that is here', other('Eins, ', 0) + other('zwei, ', 1) + other('drei', 2) + end],
    ['by its text', other('One, ', 0, 'r1') + other('zwei, ', 1, 'r1') + other('drei', 2, 'r1') + end],
    ['it is shorter than the part that had arrived', other('Eins.', 0) + end],
    ['it has other indices', other('Eins, ', 0, 'r1') + other('drei', 5, 'r1') + end],
    ['it continues where the first one broke off', other('drei', 2) + end],
    ['it lacks the indices of the first one', events[2]!.replace('id: 2\n', '') + end],
  ])('is not spliced into the first: %s', async (_, again) => {
    const { values, error, asked } = await read([cut(upTo(2)), whole(again)]);
    expect(values).toEqual(reply.slice(0, 2));
    expect(error).toMatchObject({ kind: 'truncated', message: expect.stringContaining('another') as string });
    expect(asked).toHaveLength(2);
  });

  it('is not spliced into the first if a sink announces the whole reply, merged in another way', async () => {
    const opening = openingComment({ heartbeat: undefined, after: -1 });
    const { values, error, asked } = await read([cut(upTo(2)), whole(opening + after(4))]);
    expect(values).toEqual(reply.slice(0, 2));
    expect(error).toMatchObject({ kind: 'truncated', message: expect.stringContaining('another') as string });
    expect(asked).toEqual([undefined, '1']);
    const again = await read([cut(upTo(2)), whole(opening + replyBody)]);
    expect(again).toMatchObject({ values: reply, isComplete: true });
  });

  it('may send a reply of several responses, each finished before the next', async () => {
    const { isComplete, values } = await read([cut(upTo(5)), whole(other('Next', 5) + end)]);
    expect(isComplete).toBe(true);
    expect(values).toHaveLength(6);
  });
});

describe('the wait before the next connection', () => {
  /** The longest wait for the body of an error, in ms. */
  const bodyOfAnError = 3_000;

  /** The delays of the timers that were set for a wait: a reply has no other, but for the body of an error. */
  async function waits(answers: readonly Answer[], options: FromSseOptions) {
    const random = vi.spyOn(Math, 'random').mockReturnValue(1);
    const set = vi.spyOn(globalThis, 'setInterval');
    const outcome = await read(answers, options);
    const delays = set.mock.calls.map(([, delay]) => delay);
    random.mockRestore();
    set.mockRestore();
    return { ...outcome, delays };
  }

  it('doubles with each connection without a new chunk, up to `maxDelay`', async () => {
    const answers = [cut(upTo(1)), cut(''), cut(''), cut(events[1]!), whole(after(2))];
    const { delays, isComplete } = await waits(answers, { reconnect: { delay: 2 }, maxDelay: 7 });
    expect(delays).toEqual([2, 4, 7, 2]);
    expect(isComplete).toBe(true);
  });

  it('is the wait that the server asks for', async () => {
    const answers = [cut(`retry: 3\n\n${upTo(1)}`), cut(''), whole(after(1))];
    expect((await waits(answers, { reconnect: { delay: 50 } })).delays).toEqual([3.75, 3.75]);
  });

  it('is the back-off if the server asks for no wait, or for an invalid wait', async () => {
    for (const asked of ['0', '-5', '1e3', 'soon', '']) {
      const answers = [cut(`retry: ${asked}\n\n${upTo(1)}`), cut(''), whole(after(1))];
      expect((await waits(answers, { reconnect: { delay: 2 } })).delays).toEqual([2, 4]);
    }
  });

  it('is the wait of `Retry-After`', async () => {
    const answers = [cut(upTo(1)), whole('', { 'Retry-After': '0.004' }, 503), whole(after(1))];
    const { delays } = await waits(answers, { reconnect: { delay: 50 } });
    expect(delays.filter((delay) => delay !== bodyOfAnError)).toEqual([50, 5]);
  });

  it('is refused if the server asks for more than `maxDelay`', async () => {
    for (const long of ['1001', '9'.repeat(20), '9'.repeat(400)]) {
      const { error, delays, asked } = await waits([cut(`retry: ${long}\n\n${upTo(1)}`)], { maxDelay: 1000 });
      expect(error?.kind).toBe('truncated');
      expect(delays).toEqual([]);
      expect(asked).toHaveLength(1);
    }
  });

  it('ends with an unsubscription, and leaves no timer', async () => {
    const { url, requests } = await serveSse(cut(upTo(1)));
    const waiting = deferred();
    const set = vi.spyOn(globalThis, 'setInterval').mockImplementation(() => {
      waiting.resolve();
      return 0 as never;
    });
    const clear = vi.spyOn(globalThis, 'clearInterval');
    const subscription = fromSse(url, {}, { reconnect: { delay: 1000 } }).subscribe();
    await waiting.promise;
    subscription.unsubscribe();
    expect(clear).toHaveBeenCalledExactlyOnceWith(0);
    set.mockRestore();
    clear.mockRestore();
    expect(requests).toHaveLength(1);
  });

  it("ends with the caller's signal, without another request", async () => {
    const { url, requests } = await serveSse(cut(upTo(1)));
    const controller = new AbortController();
    const { signal } = controller;
    const random = vi.spyOn(Math, 'random').mockImplementation(() => {
      queueMicrotask(() => controller.abort());
      return 1;
    });
    const { error } = await outcomeOf(
      fromSse(url, { signal }, { reconnect: { delay: 1_000_000 }, maxDelay: 1_000_000 }),
    );
    random.mockRestore();
    expect(error?.kind).toBe('cancelled');
    expect(requests).toHaveLength(1);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('fromSse(toSse(x))', () => {
  const arbitraryReply = fc.array(arbitraryChunk, { maxLength: 8 }).map((all) =>
    // Of one response, as a reply is: another one is not spliced into it.
    all.map((each, index): GeminiChunk => {
      const metrics = {
        elapsed: index,
        chunks: index,
        chars: 0,
        gaps: { p50: 0, p95: 0, max: 0 },
        longestStall: 0,
      };
      return { ...each, responseId: 'r', ...(index % 2 === 0 && { metrics }) };
    }),
  );

  it('is x, with the connection cut and resumed anywhere', async () => {
    type Cuts = readonly { readonly at: number; readonly how: 'break' | 'end'; readonly isRepeat: boolean }[];
    let present: { readonly source: readonly GeminiChunk[]; readonly cuts: Cuts };
    let connections = 0;
    const server = await startSseServer((response, request) => {
      const { source, cuts } = present;
      const plan = cuts[connections++];
      const resume = { resumable: true, lastEventId: plan?.isRepeat ? undefined : lastEventId(request) };
      void bodyOf(source, resume).then((body) => {
        // A connection that breaks before the first chunk has no index to continue from.
        const least =
          lastEventId(request) === undefined
            ? Buffer.byteLength(body.slice(0, body.indexOf('\n\n', body.indexOf('data:')) + 2))
            : 0;
        const bytes = Buffer.from(body);
        const size = least + Math.floor((plan?.at ?? 1) * (bytes.length - least));
        const send = plan ? cut(bytes.subarray(0, size), plan.how) : whole(body);
        send(response, request, 0);
      });
    });
    const plan = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      how: fc.constantFrom('break', 'end'),
      isRepeat: fc.boolean(),
    });
    try {
      await fc.assert(
        fc.asyncProperty(arbitraryReply, fc.array(plan, { maxLength: 4 }), async (source, cuts) => {
          present = { source, cuts: source.length === 0 ? [] : cuts };
          connections = 0;
          const result = await outcomeOf(fromSse(server.url, {}, { reconnect: { delay: 0, count: 5 } }));
          expect(result.error).toBeUndefined();
          expectSameData(result.values, source);
        }),
        { numRuns: 150 },
      );
    } finally {
      await server.close();
    }
  }, 60_000);

  it('makes one request if the reply cannot be resumed, and fails after all that had arrived, cut anywhere', async () => {
    let present: { readonly source: readonly GeminiChunk[]; readonly at: number; readonly how: 'break' | 'end' };
    const server = await startSseServer((response, request, index) => {
      const { source, at, how } = present;
      void bodyOf(source, {}).then((body) => {
        const bytes = Buffer.from(body);
        // All but the last line of the end: without its blank line, an event is one still.
        const size = Math.floor(at * (bytes.length - 'data: {}\n\n'.length));
        cut(bytes.subarray(0, size), how)(response, request, index);
      });
    });
    const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    try {
      await fc.assert(
        fc.asyncProperty(arbitraryReply, at, fc.constantFrom('break', 'end'), async (source, where, how) => {
          present = { source, at: where, how };
          const before = server.requests.length;
          const { values, error } = await outcomeOf(fromSse(server.url, { json: 1 }, { reconnect: { delay: 0 } }));
          expect(error).toMatchObject({ kind: 'truncated', retryable: true });
          expectSameData(values, source.slice(0, values.length));
          expect(server.requests.slice(before).map(lastEventId)).toEqual([undefined]);
        }),
        { numRuns: 150 },
      );
    } finally {
      await server.close();
    }
  }, 60_000);
});
