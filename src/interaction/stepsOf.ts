import type { GeminiContent } from '../chunk/contentsOf.js';
import type { GeminiPart } from '../chunk/response.js';
import { CallIds } from './callIds.js';
import { callStepOf } from './callStepOf.js';
import type { InteractionInputContent, InteractionInputStep } from './inputStep.js';
import { toMediaContent } from './interactionMedia.js';

/**
 * Turns the contents of a conversation into steps, the `input` of an interaction: the inverse of the mapping of events
 * to chunks.
 *
 * Texts and files become `user_input` and `model_output`, thoughts become `thought` steps with their signatures, calls
 * and results become the steps of their tools; a call without an id gets one. The signature of a text, for which the
 * answer has no field, becomes a `thought` before that text. Parts of unknown kinds are omitted.
 *
 * @param contents - The contents, in order.
 * @returns The steps, assignable to the SDK's `Step[]`.
 */
export function stepsOf(contents: readonly GeminiContent[]): InteractionInputStep[] {
  const ids = new CallIds();
  const steps: InteractionInputStep[] = [];
  for (const { role, parts } of contents) {
    const ofContent: InteractionInputStep[] = [];
    for (const part of parts as readonly GeminiPart[]) {
      const call = callStepOf(part, ids);
      if (call) ofContent.push(call);
      else if (part.thought) addToThought(ofContent, part);
      else addToOutput(ofContent, part, role === 'user' ? 'user_input' : 'model_output');
    }
    steps.push(...ofContent);
  }
  return steps;
}

/** Adds a piece of a thought: to the open thought, which a signature ends, or as another one. */
function addToThought(steps: InteractionInputStep[], part: GeminiPart): void {
  const last = steps.at(-1);
  const isOpen = last?.type === 'thought' && last.signature === undefined;
  const thought = isOpen ? last : ({ type: 'thought' } as Extract<InteractionInputStep, { type: 'thought' }>);
  const content = toInputContent(part);
  if (content?.type === 'text' || content?.type === 'image') (thought.summary ??= []).push(content);
  if (part.thoughtSignature) thought.signature = part.thoughtSignature;
  if (!isOpen && (thought.summary ?? thought.signature)) steps.push(thought);
}

/** Adds a text or a file: to the last step, if that has the type, or as another step. */
function addToOutput(steps: InteractionInputStep[], part: GeminiPart, type: 'user_input' | 'model_output'): void {
  if (part.thoughtSignature) steps.push({ type: 'thought', signature: part.thoughtSignature });
  const content = toInputContent(part);
  if (!content) return;
  const last = steps.at(-1);
  if (last?.type === type) last.content.push(content);
  else steps.push({ type, content: [content] });
}

/** The content of a text or of a file; undefined for an empty text and for a part of another kind. */
function toInputContent(part: GeminiPart): InteractionInputContent | undefined {
  if (part.text) return { type: 'text', text: part.text };
  return part.inlineData || part.fileData ? toMediaContent(part) : undefined;
}
