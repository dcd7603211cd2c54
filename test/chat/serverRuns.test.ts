import { firstValueFrom, lastValueFrom, of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { ToolRun } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { createChat } from '../../src/chat/createChat.js';
import { chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';

const call = (name: string, id?: string, args = {}) => ({ functionCall: { ...(id && { id }), name, args } });
const response = (name: string, id?: string, value: unknown = { n: 1 }) =>
  ({ functionResponse: { ...(id && { id }), name, response: value } }) as never;
const notice = (run: unknown): GeminiChunk => ({ text: '', tool: run as ToolRun });

/** The runs in the message of the model, after each chunk. */
async function runsOf(...chunks: GeminiChunk[]) {
  const reply$ = new Subject<GeminiChunk>();
  const chat = createChat(() => reply$);
  const reply = lastValueFrom(chat.send('Go'));
  await Promise.resolve();
  const states: unknown[] = [];
  const note = async () => {
    const runs = (await firstValueFrom(chat.messages$)).at(-1)?.runs ?? [];
    states.push(runs.map((run) => [run.call.id ?? run.call.name, run.status, run.response ?? run.progress]));
  };
  await new Promise((resolve) => setTimeout(resolve));
  for (const one of chunks) {
    reply$.next(one);
    await note();
  }
  reply$.next(finishChunk());
  reply$.complete();
  await reply;
  await note();
  return { chat, states };
}

describe('the tool runs of a server, in the message of the model', () => {
  it('are the responses within the reply, matched to calls by id or by name', async () => {
    const { states } = await runsOf(
      partsChunk([call('f', '1'), call('f', '2'), call('g')]),
      partsChunk([response('g'), response('f', '2', { error: 'broken' })]),
      partsChunk([response('f', '1')]),
      chunk('Fine.'),
    );
    const [f1, f2, g] = [
      ['1', 'complete', { n: 1 }],
      ['2', 'failed', { error: 'broken' }],
      ['g', 'complete', { n: 1 }],
    ];
    expect(states).toEqual([[], [f2, g], [f1, f2, g], [f1, f2, g], [f1, f2, g]]);
  });

  it('follow the notices of the server, also if some notices were merged away', async () => {
    const { states } = await runsOf(
      partsChunk([call('f', '1'), call('g', undefined, { a: 1 })]),
      notice({ call: { id: '1', name: 'f', args: {} }, status: 'running', progress: 50 }),
      notice({ call: { name: 'g', args: { a: 1 } }, status: 'denied', response: { error: 'No.' } }),
      notice({ call: { name: 'g', args: { a: 2 } }, status: 'running' }),
      partsChunk([response('f', '1'), response('g', undefined, { error: 'No.' })]),
    );
    const running = ['1', 'running', 50];
    const denied = ['g', 'denied', { error: 'No.' }];
    const ended = [['1', 'complete', { n: 1 }], denied];
    expect(states).toEqual([[], [running], [running, denied], [running, denied], ended, ended]);
  });

  it("are cancelled at the end of a reply without their responses, whose calls are the caller's", async () => {
    const { chat, states } = await runsOf(
      partsChunk([call('f', '1')]),
      notice({ call: { id: '1', name: 'f', args: {} }, status: 'running' }),
    );
    expect(states.at(-1)).toEqual([['1', 'cancelled', { error: 'The call was cancelled.' }]]);
    expect(chat.history().at(-1)?.parts).toEqual([call('f', '1')]);
  });

  it.each<[string, unknown]>([
    ['a number', 5],
    ['null', null],
    ['no call', { status: 'running' }],
    ['a call without arguments', { call: { name: 'f' }, status: 'running' }],
    ['an unknown status', { call: { id: '1', name: 'f', args: {} }, status: 'odd' }],
    ['an end without a response', { call: { id: '1', name: 'f', args: {} }, status: 'complete' }],
    ['a response before the end', { call: { id: '1', name: 'f', args: {} }, status: 'running', response: {} }],
  ])('ignore a notice of a foreign server: %s', async (_, run) => {
    const { states } = await runsOf(partsChunk([call('f', '1')]), notice(run));
    expect(states).toEqual([[], [], []]);
  });

  it('accept any response of a foreign server', async () => {
    const odd = { functionResponse: { id: '1', name: 'f', response: null, parts: 5 } } as never;
    const { chat, states } = await runsOf(partsChunk([call('f', '1'), odd]), chunk('Fine.'));
    expect(states[0]).toEqual([['1', 'complete', {}]]);
    // A response that no request may send back is removed at the end.
    expect(states.at(-1)).toEqual([]);
    expect(createChat(() => of(), { restore: chat.toJSON() }).toJSON()).toEqual(chat.toJSON());
  });

  it('are saved with the parts, and restored from them', async () => {
    const { chat } = await runsOf(partsChunk([call('f', '1'), response('f', '1')]), chunk('Fine.'));
    const [, message] = await firstValueFrom(chat.messages$);
    expect(message?.runs.length).toBe(1);
    expect(chat.toJSON().messages[1]?.runs).toEqual([]);
    const restored = createChat(() => of(), { restore: JSON.parse(JSON.stringify(chat)) as never });
    expect((await firstValueFrom(restored.messages$))[1]?.runs).toEqual(message?.runs);
  });
});
