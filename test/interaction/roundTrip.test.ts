import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { ReplyInteraction } from '../../src/chunk/annotations.js';
import { contentsOf } from '../../src/chunk/contentsOf.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { eventsOfSteps } from '../../src/interaction/eventsOfSteps.js';
import { InteractionChunks } from '../../src/interaction/interactionChunks.js';
import type { InteractionContent, InteractionStep } from '../../src/interaction/interactionStep.js';
import { stepsOf } from '../../src/interaction/stepsOf.js';
import { arbitrarySteps } from '../support/arbitrarySteps.js';
import { expectSameData } from '../support/sameData.js';

const numRuns = 500;
const pieceLength = fc.integer({ min: 1, max: 20 });
const interaction: ReplyInteraction = { id: 'v1_a', status: 'in_progress', cursor: 'c' };

function chunksOf(steps: readonly InteractionStep[], length: number): GeminiChunk[] {
  const mapping = new InteractionChunks();
  const events = eventsOfSteps(steps, { pieceLength: length, model: 'gemini' });
  return events.flatMap((event) => mapping.read(event, interaction) ?? []);
}

/** One thing that steps say; texts are said in any number of pieces. */
type Meaning = readonly [kind: string, value: unknown];

/** The meaning of steps: their texts joined, their thoughts with signatures, their files, calls and results. */
function meaningOf(steps: readonly InteractionStep[]): Meaning[] {
  const said: Meaning[] = [];
  const say = (kind: string, value: unknown) => {
    const last = said.at(-1);
    if (typeof value === 'string' && last?.[0] === kind) said[said.length - 1] = [kind, String(last[1]) + value];
    else said.push([kind, value]);
  };
  const sayContent = (kind: string, { text, annotations: _, ...file }: InteractionContent) => {
    if (text === undefined) say(`${kind} file`, file);
    else if (text !== '') say(kind, text);
  };
  for (const { type, content = [], summary = [], signature, ...call } of steps) {
    for (const item of content) sayContent('answer', item);
    for (const item of summary) sayContent('thought', item);
    if (type === 'thought' && signature !== undefined) say('signature', { signature });
    if (type !== 'thought' && type !== 'model_output') say(type, { ...call, ...(signature && { signature }) });
  }
  return said;
}

describe('steps, as events, chunks, contents and steps again', () => {
  it('keep their meaning', () => {
    fc.assert(
      fc.property(arbitrarySteps, pieceLength, (steps, length) => {
        const reply = chunksOf(steps, length).reduce(mergeChunks, emptyChunk);
        expectSameData(meaningOf(stepsOf(contentsOf(reply))), meaningOf(steps));
      }),
      { numRuns },
    );
  });
});

describe('the chunks of an interaction', () => {
  it('are in normal form, and JSON data', () => {
    fc.assert(
      fc.property(arbitrarySteps, pieceLength, (steps, length) => {
        for (const chunk of chunksOf(steps, length)) {
          expectSameData(toChunk(chunk), chunk);
          expectSameData(JSON.parse(JSON.stringify(chunk)), chunk);
        }
      }),
      { numRuns },
    );
  });

  it('merge in any grouping', () => {
    fc.assert(
      fc.property(arbitrarySteps, pieceLength, fc.nat(), (steps, length, place) => {
        const chunks = chunksOf(steps, length);
        const cut = place % (chunks.length + 1);
        const merge = (all: readonly GeminiChunk[]) => all.reduce(mergeChunks, emptyChunk);
        expectSameData(mergeChunks(merge(chunks.slice(0, cut)), merge(chunks.slice(cut))), merge(chunks));
      }),
      { numRuns },
    );
  });
});
