import type { GeminiResponse, GeminiUsage } from '../chunk/response.js';
import type { AskedCall } from './answers/askedCall.js';
import { countTokens, estimateTokens } from './countTokens.js';
import type { EmulatorRequest } from './exchange.js';
import { countInputTokens } from './inputTokens.js';

/** The fields of a piece of text besides the text. */
interface TextPiece {
  /** The candidate that the text belongs to; 0 if absent. */
  readonly index?: number;
  /** Whether the text is a thought. */
  readonly thought?: boolean;
  /** The reason for which the candidate stops after this piece. */
  readonly finishReason?: string | undefined;
  /** A function call after the text. */
  readonly call?: AskedCall;
}

/** Makes the chunk of a text; the empty string makes a chunk without parts. */
export type TextChunker = (text: string, piece?: TextPiece) => GeminiResponse;

/**
 * Turns the pieces of text of one answer into chunks as Gemini 2.5 sends them: `usageMetadata` has the totals of all
 * pieces so far, and all chunks have the same `modelVersion` and `responseId`.
 */
export function textChunker(request: EmulatorRequest): TextChunker {
  const { body, index: requestIndex, model } = request;
  const { totalTokens: promptTokenCount, promptTokensDetails } = request.interaction
    ? countInputTokens(request)
    : countTokens(body);
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

  return (text, { index = 0, thought = false, finishReason, call } = {}) => {
    if (thought) thoughtChars += text.length;
    else answerChars += text.length + (call ? JSON.stringify(call).length : 0);
    const texts = text === '' ? [] : [{ text, ...(thought && { thought }) }];
    const parts = call ? [...texts, { functionCall: call }] : texts;
    return {
      candidates: [
        {
          content: { ...(parts.length > 0 && { parts }), role: 'model' },
          ...(finishReason && { finishReason }),
          index,
        },
      ],
      usageMetadata: countUsage(),
      modelVersion: model,
      responseId: `emulated-${String(requestIndex)}`,
    };
  };
}

/** The number of words in a chunk, as many as a model sends at a time. */
const wordsPerChunk = 3;

/**
 * Cuts a text into pieces of a few words; joined, they are the text. A long run without spaces is cut as well, between
 * code points. Returns at least one piece: an empty one for an empty text.
 */
export function splitText(text: string): readonly [string, ...string[]] {
  const words = text.match(/\s*\S{1,16}(?:\s+$)?/gu) ?? [text];
  const pieces: string[] = [];
  for (let at = wordsPerChunk; at < words.length; at += wordsPerChunk)
    pieces.push(words.slice(at, at + wordsPerChunk).join(''));
  return [words.slice(0, wordsPerChunk).join(''), ...pieces];
}
