import type { GeminiContent } from 'rxjs-gemini';
import { z } from 'zod';

/** A turn of the conversation, as `contentsOf` of the library gives it. */
const turn = z.object({ role: z.enum(['user', 'model']), parts: z.array(z.looseObject({})).min(1) });

/** The request of a client. With an `id` of its own, it can show the reply to others before the first chunk arrives. */
export const askSchema = z.object({
  id: z.uuid().optional(),
  prompt: z.string().trim().min(1),
  history: z.array(turn).default([]),
});

export type Ask = z.infer<typeof askSchema>;

export function contentsOfAsk({ prompt, history }: Ask): GeminiContent[] {
  return [...history, { role: 'user', parts: [{ text: prompt }] }];
}
