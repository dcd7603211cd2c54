import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import { functionCallsOf } from '../../../src/chunk/functionCallsOf.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { thoughtsOf, usageOf } from '../../../src/chunk/readers.js';
import type { InteractionEvent } from '../../../src/interaction/interactionEvent.js';
import { fromInteraction } from '../../../src/sources/interactions/fromInteraction.js';
import { interactionEvents } from '../../../src/sources/interactions/interactionEvents.js';
import {
  completed,
  created,
  foreground,
  says,
  sends,
  serveInteractions,
  start,
  stop,
} from '../../support/interactionServer.js';
import { outcomeOf } from '../../support/outcome.js';

const shared = fileURLToPath(new URL('../../../../shared/recordings/interactions', import.meta.url));
const own: [string, InteractionEvent[]] = ['own', [created(), start(0), says(0, 'Hi'), stop(0), completed()]];
const recorded = existsSync(shared)
  ? readdirSync(shared).map((name): [string, InteractionEvent[]] => {
      const lines = readFileSync(`${shared}/${name}`, 'utf8').trim().split('\n');
      return [name, lines.map((line) => JSON.parse(line) as InteractionEvent)];
    })
  : [];

/** A plain reading of events, as an oracle. */
function readPlainly(events: readonly InteractionEvent[]) {
  const reading = { text: '', thoughts: '', args: '', ids: new Set<string>(), tokens: 0 };
  for (const event of events) {
    if (event.event_type === 'step.delta') {
      const { type, text = '', content, arguments: args } = event.delta;
      if (type === 'text') reading.text += text;
      if (type === 'thought_summary') reading.thoughts += content?.text ?? '';
      if (type === 'arguments_delta' && typeof args === 'string') reading.args += args;
    }
    if (event.event_type === 'interaction.completed') {
      reading.ids.add(event.interaction.id);
      reading.tokens = event.interaction.usage?.total_tokens ?? 0;
    }
  }
  return reading;
}

describe.each([own, ...recorded])('the recorded interaction %s', (_, events) => {
  it('gives the text, the thoughts, the calls, the token counts and the id of a plain reading', async () => {
    const { ai } = await serveInteractions(sends(...events));
    const { values, isComplete } = await outcomeOf(fromInteraction(ai, foreground));
    expect(isComplete).toBe(true);
    const merged = values.reduce(mergeChunks, emptyChunk);
    const args = functionCallsOf(merged).map((call) => JSON.stringify(call.args));
    expect({
      text: merged.text,
      thoughts: thoughtsOf(merged),
      args: args.join(''),
      ids: new Set(values.map(({ interaction }) => interaction?.id)),
      tokens: usageOf(merged)?.totalTokenCount,
    }).toEqual(readPlainly(events));
  });

  it('gives its events as they are', async () => {
    const { ai } = await serveInteractions(sends(...events));
    expect((await outcomeOf(interactionEvents(ai, foreground))).values).toEqual(events);
  });
});
