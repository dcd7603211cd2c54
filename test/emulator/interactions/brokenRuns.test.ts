import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import type { EmulatorScenario } from '../../../src/emulator/scenario.js';
import type { InteractionStep } from '../../../src/interaction/interactionStep.js';
import { fromInteraction } from '../../../src/sources/interactions/fromInteraction.js';
import { emulate } from '../../support/emulate.js';
import { outcomeOf } from '../../support/outcome.js';

const word = fc.constantFrom('alpha ', 'β ', '👩‍💻', 'gamma ', '\n');
const text = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => words.join(''));

/** A fault of a connection, at which the client knows the id if `least` bytes have it. */
const faultAfter = (least: number): fc.Arbitrary<EmulatorScenario> => {
  const place = fc.oneof(
    fc.nat({ max: 30 }).map((chunks) => ({ chunks: chunks + (least > 0 ? 1 : 0) })),
    fc.nat({ max: 5000 }).map((bytes) => ({ bytes: bytes + least })),
  );
  return fc.oneof(
    fc.constant({}),
    fc.tuple(place, fc.boolean()).map(([at, reset]) => ({ dropAfter: { ...at, reset } })),
    place.map((endAfter) => ({ endAfter })),
    fc.tuple(place, fc.constantFrom('list', 'body')).map(([at, as]) => ({ errorAfter: { ...at, as } })),
  );
};

const resume = fc
  .record({
    fault: faultAfter(0),
    replay: fc.constantFrom('start', 'after'),
    recut: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  })
  .map(({ fault, ...more }) => ({ ...fault, ...more }));

const form = fc.record({
  eventIds: fc.constantFrom(0, 1, 2, 3, 7),
  textInStart: fc.boolean(),
  untypedDeltas: fc.boolean(),
  resumes: fc.array(resume, { maxLength: 8 }),
});

describe('a run in the background, broken at random', () => {
  it('is read whole by `fromInteraction`', async () => {
    const run = fc.record({ answer: text, thought: text, city: text, fault: faultAfter(400), form });
    await fc.assert(
      fc.asyncProperty(run, async ({ answer, thought, city, fault, form: interaction }) => {
        const steps: InteractionStep[] = [
          { type: 'thought', summary: [{ type: 'text', text: thought }], signature: 'S' },
          {
            type: 'model_output',
            content: [
              { type: 'text', text: answer },
              { type: 'image', data: 'AA==', mime_type: 'image/png' },
            ],
          },
          { type: 'function_call', id: 'c', name: 'f', arguments: { city } },
        ];
        const { emulator, ai } = await emulate({ ...fault, interaction: { steps, ...interaction } });
        const params = { model: 'gemini-2.5-flash', input: 'Hi', background: true } as const;
        const reconnect = { delay: 1, poll: 5 };
        const { values, error } = await outcomeOf(fromInteraction(ai, params, { reconnect }));
        const parts = values.reduce(mergeChunks, emptyChunk).candidates?.[0]?.content?.parts ?? [];
        await emulator.close();
        expect(error).toBeUndefined();
        const thoughts = parts.filter((part) => part.thought).map((part) => part.text ?? '');
        expect(thoughts.join('')).toBe(thought);
        expect(values.map((chunk) => chunk.text).join('')).toBe(answer);
        expect(parts.filter((part) => part.inlineData)).toHaveLength(1);
        expect(parts.flatMap((part) => part.functionCall ?? [])).toEqual([{ id: 'c', name: 'f', args: { city } }]);
      }),
      { numRuns: 40 },
    );
  }, 30_000);
});
