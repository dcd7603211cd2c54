// npx tsx examples/structuredOutput.ts
// JSON as it is written: a title that grows, each step once it is whole, and at the end a recipe that fits its schema,
// with its cost.
import { lastValueFrom, merge, tap } from 'rxjs';
import { bufferChunks, classifyErrors, fromGemini, shareReply, withCost } from 'rxjs-gemini';
import { jsonAt, parseJson } from 'rxjs-gemini/json';
import { z } from 'zod';
import { withClient } from './support/withClient.js';

/** One schema asks for the recipe, gives it its type, and checks it. */
const Recipe = z.object({ title: z.string(), minutes: z.number(), steps: z.array(z.string()) });

/** The answer of the emulator. */
const bread: z.infer<typeof Recipe> = {
  title: 'A Bread for Beginners',
  minutes: 200,
  steps: ['Mix flour, water, salt and yeast.', 'Let it rise for two hours.', 'Bake it at 230 °C.'],
};

await withClient(
  async (ai) => {
    const reply$ = fromGemini(ai, {
      model: 'gemini-2.5-flash',
      contents: 'How do I bake bread?',
      config: { responseMimeType: 'application/json', responseJsonSchema: z.toJSONSchema(Recipe) },
    }).pipe(classifyErrors(), withCost({ pricePerMillion: { input: 0.3, output: 2.5 } }), shareReply());

    const steps$ = reply$.pipe(
      jsonAt('$.steps[*]', Recipe.shape.steps.element),
      tap((step) => console.log(`  a step: ${step}`)),
    );
    const recipe$ = reply$.pipe(
      bufferChunks({ maxWait: 100 }),
      parseJson(Recipe),
      tap(({ value, complete, reply }) => {
        console.log(complete ? value : JSON.stringify(value ?? {}));
        if (complete) console.log(`$${reply.cost.total.toFixed(6)}`);
      }),
    );
    await lastValueFrom(merge(steps$, recipe$));
  },
  () => ({ chunks: JSON.stringify(bread).match(/.{1,12}/g) ?? [], firstDelay: 300, pace: 80 }),
);
