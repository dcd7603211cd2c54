import { Output, streamText, type LanguageModel } from 'ai';
import { z } from 'zod';

const Recipe = z.object({ title: z.string(), steps: z.array(z.string()) });

export async function recipe(model: LanguageModel, dish: string, show: (title: string | undefined) => void) {
  const result = streamText({ model, prompt: `A recipe for ${dish}`, output: Output.object({ schema: Recipe }) });
  for await (const partial of result.partialOutputStream) show(partial.title);
  return await result.output;
}
