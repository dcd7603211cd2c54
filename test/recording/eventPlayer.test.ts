import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { toParts } from '../../operators/show/toParts.js';
import { toReplyState } from '../../operators/show/toReplyState.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { record } from '../../src/recording/record.js';
import { parseCursor } from '../../src/sources/interactions/interactionCursor.js';
import { replay } from '../../src/recording/replay.js';
import { play, valuesOf } from '../laws/scenario.js';
import { outcomeOf } from '../support/outcome.js';

const id = 'v1_a';
const events = [
  { event_type: 'interaction.created', interaction: { id, status: 'queued', model: 'gemini-3' } },
  { event_type: 'interaction.status_update', interaction_id: id, status: 'in_progress' },
  { event_type: 'step.start', index: 0, step: { type: 'model_output', content: [{ type: 'text', text: 'Hel' }] } },
  { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'lo' }, event_id: 'e4' },
  { event_type: 'step.stop', index: 0 },
  { event_type: 'a.new.event' },
  { event_type: 'step.start', index: 1, step: { type: 'function_call', id: 'c1', name: 'f', arguments: {} } },
  { event_type: 'step.delta', index: 1, delta: { type: 'arguments_delta', arguments: '{"a":1}' } },
  { event_type: 'step.stop', index: 1 },
  {
    event_type: 'interaction.completed',
    interaction: { id, status: 'requires_action', usage: { total_input_tokens: 3, total_output_tokens: 4 } },
  },
];

function linesOf(...each: readonly object[]): string {
  return each.map((event) => `${JSON.stringify(event)}\n`).join('');
}

const text = linesOf(...events);
const merged = (chunks: readonly GeminiChunk[]) => chunks.reduce(mergeChunks);

describe('replay of the events of an interaction', () => {
  it('plays the chunks of the interaction, and completes with it', async () => {
    const { values, isComplete } = await outcomeOf(replay(text));
    expect(isComplete).toBe(true);
    const reply = merged(values);
    expect(reply).toMatchObject({ text: 'Hello', responseId: id, modelVersion: 'gemini-3' });
    expect(reply.candidates).toEqual([
      {
        index: 0,
        content: {
          role: 'model',
          parts: [{ text: 'Hello' }, { functionCall: { id: 'c1', name: 'f', args: { a: 1 } } }],
        },
        finishReason: 'STOP',
      },
    ]);
    expect(reply.usageMetadata).toMatchObject({ promptTokenCount: 3, candidatesTokenCount: 4 });
  });

  it('has the place of each chunk in the interaction, as `fromInteraction` does', async () => {
    const { values } = await outcomeOf(replay(text));
    const places = values.map(({ interaction }) => interaction!);
    expect(places.map(({ status, step }) => [status, step?.type])).toEqual([
      ['queued', undefined],
      ['in_progress', undefined],
      ['in_progress', 'model_output'],
      ['in_progress', 'model_output'],
      ['in_progress', 'function_call'],
      ['in_progress', 'function_call'],
      ['requires_action', 'function_call'],
    ]);
    expect(places.every((place) => place.id === id)).toBe(true);
    // A cursor is one that `fromInteraction` accepts.
    for (const { cursor } of places) expect(() => parseCursor(cursor)).not.toThrow();
  });

  it('plays at once, or an event each `interval`, faster with `speed`', () => {
    const timesOf = (options: Parameters<typeof replay>[1]) => {
      const { emissions, ending } = play(replay(text, options));
      return [...emissions.map(({ at }) => at), ending?.at];
    };
    expect(new Set(timesOf({}))).toEqual(new Set([0]));
    expect(timesOf({ interval: 10 })).toEqual([0, 10, 20, 30, 60, 80, 90, 90]);
    expect(timesOf({ interval: 10, speed: 2 })).toEqual([0, 5, 10, 15, 30, 40, 45, 45]);
  });

  it('can be cut anywhere, have blank lines, and end without a line break', async () => {
    const whole = await outcomeOf(replay(text));
    expect(await outcomeOf(replay([...`\n${text.trimEnd()}`]))).toEqual(whole);
    expect(await outcomeOf(replay(text.replaceAll('\n', '\r\n\r\n')))).toEqual(whole);
  });

  it('goes through any pipe in virtual time', () => {
    const states = valuesOf(play(replay(text, { interval: 5 }).pipe(bufferChunks({ maxWait: 20 }), toReplyState())));
    expect(states.at(-1)).toMatchObject({ status: 'complete', reply: { text: 'Hello', interaction: { id } } });
    const parts = valuesOf(play(replay(text).pipe(toParts())));
    expect(parts).toMatchObject([{ type: 'text' }, { type: 'functionCall' }, { type: 'finish' }]);
  });

  it('fails as the interaction failed, at its time, with the place', () => {
    const failed = { event_type: 'interaction.completed', interaction: { id, status: 'budget_exceeded' } };
    const reply$ = replay(linesOf(...events.slice(0, 4), failed), { interval: 10 });
    const { ending } = play(reply$.pipe(classifyErrors()));
    expect(ending).toMatchObject({ at: 40, kind: 'error', cause: { kind: 'quota', retryable: false } });
    expect(ending?.cause).toMatchObject({ partial: { text: 'Hello', interaction: { id, status: 'budget_exceeded' } } });
  });

  it.each([
    ['that break off', events.slice(0, 4), { kind: 'truncated', partial: { interaction: { id } } }, 'Hello'],
    ['with a line that is not an event', [...events.slice(0, 3), { t: 1, chunk: {} }], { kind: 'protocol' }, 'Hel'],
    ['that are malformed', [{ event_type: 'interaction.created' }], { kind: 'protocol' }, ''],
    [
      'whose last status is a failure',
      [...events.slice(0, 4), { event_type: 'interaction.status_update', interaction_id: id, status: 'cancelled' }],
      { kind: 'cancelled', partial: { interaction: { id, status: 'cancelled' } } },
      'Hello',
    ],
  ])('fails for events %s, after all earlier chunks', async (_, given, failure, said) => {
    const { values, error } = await outcomeOf(replay(linesOf(...given)));
    expect(error).toMatchObject(failure);
    expect(values.map((chunk) => chunk.text).join('')).toBe(said);
  });

  it('does not mix events and the lines of `record`', async () => {
    const lines: string[] = [];
    await outcomeOf(replay(text).pipe(record({ write: (line) => lines.push(line) })));
    const { error } = await outcomeOf(replay([lines[0]!, linesOf(events[0]!)]));
    expect(error).toMatchObject({ kind: 'protocol' });
    expect(error!.message).toContain('neither a chunk nor an end');
  });

  it('continues after an interaction that the server interrupts', async () => {
    const interrupted = { event_type: 'interaction.completed', interaction: { id, status: 'requires_continuation' } };
    const { values, isComplete } = await outcomeOf(replay(linesOf(...events.slice(0, 5), interrupted, ...events)));
    expect(isComplete).toBe(true);
    expect(merged(values).text).toBe('HelloHello');
  });

  it('refuses a wrong interval at the call', () => {
    expect(() => replay(text, { interval: -1 })).toThrow(
      'Expected `interval` to be a non-negative number of ms, got -1',
    );
  });
});

describe('record', () => {
  it('keeps the interaction of each chunk, to the last field, for replay', async () => {
    const interaction = {
      id,
      status: 'in_progress',
      cursor: 'c',
      background: true,
      step: { index: 1, type: 'thought' },
      environmentId: 'e',
    };
    const chunks: GeminiChunk[] = [
      { text: '', interaction: { id, status: 'queued', cursor: '' } },
      { text: '', responseId: id, interaction, resumed: { attempt: 1, kind: 'network' } },
    ];
    const lines: string[] = [];
    await outcomeOf(replay(text).pipe(record({ write: (line) => lines.push(line) })));
    expect((await outcomeOf(replay(lines, { speed: Infinity }))).values).toEqual(
      (await outcomeOf(replay(text))).values,
    );
    lines.length = 0;
    await outcomeOf(from(chunks).pipe(record({ write: (line) => lines.push(line) })));
    expect((await outcomeOf(replay(lines, { speed: Infinity }))).values).toEqual(chunks);
  });
});

const folder = new URL('../../../shared/recordings/interactions/', import.meta.url);
const files = existsSync(folder) ? readdirSync(folder) : [];

describe.runIf(files.length > 0)('replay of a real stream', () => {
  it.each(files)('has all of its text, and ends with it: %s', async (file) => {
    const recorded = readFileSync(new URL(file, folder), 'utf8');
    const plain = recorded
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { delta?: { type?: string; text?: string }; interaction?: { id: string } });
    const { values, isComplete } = await outcomeOf(replay(recorded));
    expect(isComplete).toBe(true);
    const reply = merged(values);
    expect(reply.text).toBe(plain.map(({ delta }) => (delta?.type === 'text' ? delta.text : '')).join(''));
    expect(reply.interaction?.id).toBe(plain[0]?.interaction?.id);
  });
});
