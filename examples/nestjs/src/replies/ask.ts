import type { GeminiContent } from 'rxjs-gemini';
import { z } from 'zod';
import { limits } from '../limits/limits.js';
import { readContents } from './chat-contents.pipe.js';

/** A random UUID: 122 bits that nobody guesses. */
export const replyIdSchema = z.uuidv4();

/** The request of a client. With an `id` of its own, its other tabs can show the reply before the first chunk arrives. */
export const askSchema = z.object({
  id: replyIdSchema.optional(),
  prompt: z.string().trim().min(1).max(limits.prompt),
  /** The turns of the conversation, as `contentsOf` of the library gives them. */
  history: z.array(z.unknown()).default([]),
});

export type Ask = z.infer<typeof askSchema>;

/** @throws Refusal - If the history is wrong. */
export function contentsOfAsk({ prompt, history }: Ask): GeminiContent[] {
  return readContents([...history, { role: 'user', parts: [{ text: prompt }] }]);
}
