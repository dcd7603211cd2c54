import type { GeminiResponse, GeminiUsage } from '../chunk/response.js';
import { countTokens } from './countTokens.js';
import { estimateTokens } from './estimateTokens.js';
import type { EmulatorRequest } from './exchange.js';

/** What a piece of text is, beside text. */
interface TextPiece {
  /** The candidate that says it; 0 if absent. */
  readonly index?: number;
  /** Whether it is a thought. */
  readonly thought?: boolean;
  /** Why the candidate stops with it. */
  readonly finishReason?: string | undefined;
}

/** Makes the chunk of a text; the empty string gives a chunk without parts. */
export type TextChunker = (text: string, piece?: TextPiece) => GeminiResponse;

/**
 * Turns one answer's pieces of text into chunks as Gemini 2.5 sends them: `usageMetadata` counts over all pieces that
 * went through, and `modelVersion` and `responseId` are the same on each.
 */
export function textChunker({ body, index: requestIndex, model }: EmulatorRequest): TextChunker {
  const { totalTokens: promptTokenCount, promptTokensDetails } = countTokens(body);
  let answerChars = 0;
  let thoughtChars = 0;

  const countUsage = (): GeminiUsage & { readonly promptTokensDetails: unknown } => {
    const candidatesTokenCount = estimateTokens(answerChars);
    const thoughtsTokenCount = estimateTokens(thoughtChars);
    return {
      promptTokenCount,
      ...(candidatesTokenCount > 0 && { candidatesTokenCount }),
      totalTokenCount: promptTokenCount + candidatesTokenCount + thoughtsTokenCount,
      promptTokensDetails,
      ...(thoughtsTokenCount > 0 && { thoughtsTokenCount }),
    };
  };

  return (text, { index = 0, thought = false, finishReason } = {}) => {
    if (thought) thoughtChars += text.length;
    else answerChars += text.length;
    const parts = text === '' ? undefined : [{ text, ...(thought && { thought }) }];
    return {
      candidates: [
        { content: { ...(parts && { parts }), role: 'model' }, ...(finishReason && { finishReason }), index },
      ],
      usageMetadata: countUsage(),
      modelVersion: model,
      responseId: `emulated-${String(requestIndex)}`,
    };
  };
}
