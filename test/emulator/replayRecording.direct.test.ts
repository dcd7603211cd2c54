import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { from } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { record } from '../../src/recording/record.js';
import { replayRecording, type Recording } from '../../src/emulator/replayRecording.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { callChunk, chunk, finishChunk } from '../../src/testing/chunks.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { dataOf, hold, post, postRaw, start, turns, until } from './wire.js';

const EVENTS = ['data: {"n":1}\r\n\r\n', 'data: {"n":2}\n\n', 'data: {"n":3}\r\r', '{\n  "error": {}\n}\n'];
const RECORDING: Recording = {
  name: 'two exchanges',
  exchanges: [
    {
      response: {
        status: 200,
        headers: { 'Content-Type': 'text/event-stream', 'Content-Length': '3' },
        body: EVENTS.join(''),
      },
    },
    { response: { status: 404, headers: { 'X-Recorded': 'yes' }, body: { error: { code: 404 } } } },
  ],
};

describe('replayRecording', () => {
  it('answers byte for byte, exchange by exchange, and starts again after the last', async () => {
    const emulator = await start({ reply: replayRecording(RECORDING) });
    const first = await post(emulator);
    expect(first.headers.get('content-type')).toBe('text/event-stream');
    expect(await first.text()).toBe(EVENTS.join(''));
    const second = await post(emulator);
    expect([second.status, second.headers.get('x-recorded')]).toEqual([404, 'yes']);
    expect(await second.json()).toEqual({ error: { code: 404 } });
    expect(await (await post(emulator)).text()).toBe(EVENTS.join(''));
  });

  it('has its own position: other requests do not count', async () => {
    const emulator = await start({ reply: replayRecording(RECORDING) });
    await post(emulator, '/nowhere');
    expect((await post(emulator)).status).toBe(200);
  });

  it('counts each event as a chunk, so that the faults apply', async () => {
    const emulator = await start({ reply: replayRecording(RECORDING, { dropAfter: { chunks: 3 } }) });
    expect(await postRaw(emulator)).toMatchObject({ packets: EVENTS.slice(0, 3), isWhole: false });
  });

  it.each([
    [null, 'Expected `recording.exchanges[1].response` to be an object, got undefined'],
    [{}, 'Expected `recording.exchanges[1].response` to be an object, got undefined'],
    [{ response: null }, 'Expected `recording.exchanges[1].response` to be an object, got null'],
    [{ response: { headers: null } }, 'Expected `recording.exchanges[1].response.headers` to be an object, got null'],
    [{ response: { status: '200' } }, "Expected `status` to be a whole number from 200 to 599, got '200'"],
  ])('throws at the call for an exchange that is %j', (exchange, sentence) => {
    const broken = { exchanges: [...RECORDING.exchanges.slice(0, 1), exchange] } as unknown as Recording;
    expect(() => replayRecording(broken)).toThrow(TypeError);
    expect(() => replayRecording(broken)).toThrow(sentence);
  });

  it('throws at the call for a recording without exchanges and for a wrong option', () => {
    expect(() => replayRecording({ exchanges: [] })).toThrow(TypeError);
    expect(() => replayRecording(null as unknown as Recording)).toThrow('Expected `recording.exchanges` to be a list');
    expect(() => replayRecording(RECORDING, { pace: -1 })).toThrow('Expected `pace` to be');
  });
});

/** The JSON lines of a recording, given those after the first. */
function recorded(...lines: object[]): string {
  return [{ recording: 'rxjs-gemini', version: 1 }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

describe('replayRecording of JSON lines', () => {
  const a = { t: 30, chunk: { candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'a' }] } }] } };
  const b = { t: 80, chunk: { text: 'b', progress: { percent: 3 }, cost: { total: 1 } } };
  const complete = { t: 90, end: 'complete' };
  const at = (speed: number) => ({ speed });

  it('sends the recorded reply without annotations to each request', async () => {
    const notice = { t: 40, chunk: { text: '', progress: { percent: 1 } } };
    const emulator = await start({ reply: replayRecording(recorded(a, notice, b, complete), at(Infinity)) });
    for (const round of [1, 2]) {
      const { body, isWhole } = await postRaw(emulator);
      const sentB = { candidates: [{ content: { role: 'model', parts: [{ text: 'b' }] }, index: 0 }] };
      expect([round, dataOf(body), isWhole]).toEqual([round, [a.chunk, sentB], true]);
    }
  });

  it('replays a recording of `record` to the real client with the same chunks', async () => {
    const chunks = [chunk('Hello, '), callChunk('find', { x: 1 }), chunk('world'), finishChunk()];
    const lines: string[] = [];
    await outcomeOf(from(chunks).pipe(record({ write: (line) => lines.push(line) })));
    const { ai } = await emulate(replayRecording(lines.join('')));
    expect(await outcomeOf(fromGemini(ai, params))).toMatchObject({ values: chunks, isComplete: true });
  });

  it.each([
    [
      'a server that was busy at once',
      [],
      new GeminiError('Busy', { kind: 'overloaded', status: 503, retryAfter: 3_000 }),
    ],
    ['an error that broke in', [a, b], new GeminiError('Failed', { kind: 'server', status: 500 })],
    ['a connection that broke', [a], new GeminiError('Cut', { kind: 'truncated' })],
    ['a connection that was reset', [a], new GeminiError('Reset', { kind: 'network' })],
    ['what is not the protocol', [a], new GeminiError('Odd', { kind: 'protocol' })],
  ])('makes the client fail as recorded: %s', async (_, lines, error) => {
    const { ai } = await emulate(replayRecording(recorded(...lines, { t: 99, end: 'error', error }), at(Infinity)));
    const read = await outcomeOf(fromGemini(ai, params));
    expect(read.values.map(({ text }) => text)).toEqual(['a', 'b'].slice(0, lines.length));
    expect(read.error).toMatchObject({ kind: error.kind, ...(error.retryAfter && { retryAfter: error.retryAfter }) });
  });

  it('ends properly if the failure was the outcome', async () => {
    const unsafe = { t: 1, chunk: { candidates: [{ index: 0, finishReason: 'SAFETY' }] } };
    const error = new GeminiError('Unsafe', { kind: 'safety', finishReason: 'SAFETY' });
    const text = recorded(unsafe, { t: 2, end: 'error', error });
    const { ai } = await emulate(replayRecording(text, at(Infinity)));
    expect(await outcomeOf(fromGemini(ai, params))).toMatchObject({ values: [unsafe.chunk], isComplete: true });
  });

  it.each([
    ['was cancelled', recorded(a, { t: 35, end: 'cancelled' })],
    ['breaks off', recorded(a)],
    ['breaks off within a line', `${recorded(a)}{"t":`],
  ])('breaks the connection if the recording %s', async (_, text) => {
    const emulator = await start({ reply: replayRecording(text, at(Infinity)) });
    const { body, isWhole } = await postRaw(emulator);
    expect([dataOf(body), isWhole]).toEqual([[a.chunk], false]);
  });

  it('stays silent if the client ran into its timeout', async () => {
    const error = new GeminiError('Too slow', { kind: 'timeout' });
    const emulator = await start({ reply: replayRecording(recorded(a, { t: 35, end: 'error', error }), at(Infinity)) });
    const socket = hold(emulator);
    await until(() => emulator.requests[0]?.chunksSent === 1);
    await turns();
    expect(emulator.requests[0]).toMatchObject({ closedAt: undefined });
    socket.destroy();
  });

  it('accepts the faults of a scenario, and replays the first of several replies', async () => {
    const text = recorded(a, b, complete) + recorded(b, b, b, complete);
    const emulator = await start({ reply: replayRecording(text, { speed: Infinity, dropAfter: { chunks: 1 } }) });
    expect(await postRaw(emulator)).toMatchObject({ isWhole: false });
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 1 });
  });

  describe('in time', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    });
    afterEach(() => {
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
    });

    it.each([1, 2])('sends each chunk and the end at its recorded time, at speed %d', async (speed) => {
      const emulator = await start({ reply: replayRecording(recorded(a, b, complete), at(speed)) });
      const wire = postRaw(emulator);
      await until(() => emulator.requests[0]?.status === 200);
      await turns();
      const sent: (number | undefined)[] = [];
      for (const ms of [29, 1, 49, 1, 9, 1]) {
        await vi.advanceTimersByTimeAsync(ms / speed);
        await turns();
        sent.push(emulator.requests[0]?.closedAt === undefined ? emulator.requests[0]?.chunksSent : -1);
      }
      expect(sent).toEqual([0, 1, 1, 2, 2, -1]);
      expect(await wire).toMatchObject({ isWhole: true });
    });

    it('leaves no timer when the client disconnects', async () => {
      const emulator = await start({ reply: replayRecording(recorded({ ...a, t: 1e6 }, complete)) });
      const socket = hold(emulator);
      await until(() => emulator.requests[0]?.status === 200);
      await turns();
      expect(vi.getTimerCount()).toBe(1);
      socket.destroy();
      await until(() => emulator.requests[0]?.closedAt !== undefined);
      await turns();
    });
  });

  it.each([
    ['', {}, 'The recording is empty'],
    [`${recorded(a)}oops\n`, {}, 'Line 3 of the recording is not JSON'],
    [recorded(a), { pace: -1 }, 'Expected `pace` to be'],
    [recorded(a), { speed: 0 }, 'Expected `speed` to be a positive number, got 0'],
  ])('throws at the call for %j, %j', (text, options, message) => {
    expect(() => replayRecording(text, options)).toThrow(message);
  });
});

const folder = process.env['RECORDINGS_DIR'] ?? fileURLToPath(new URL('../../../shared/recordings', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

describe.skipIf(names.length === 0)('every recording', () => {
  it.each(names)('is sent byte for byte: %s', async (name) => {
    const recording = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Recording;
    const emulator = await start({ reply: replayRecording(recording) });
    for (const { response } of recording.exchanges) {
      const answer = await post(emulator);
      expect(answer.status).toBe(response.status);
      expect(await answer.text()).toBe(response.body);
    }
  });
});
