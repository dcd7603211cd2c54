import { finishReasonOf, type ChatMessage, type GeminiError, type ReplyState } from 'rxjs-gemini';

/** The end of a reply, as far as a person must be told of it. */
export interface Outcome {
  readonly status: ReplyState['status'];
  readonly hasText: boolean;
  readonly finishReason?: string | undefined;
  /** The reason for which this side stopped the reply. */
  readonly stopReason?: string | undefined;
  readonly error?: GeminiError | undefined;
}

export function outcomeOf({ status, reply, error }: ReplyState): Outcome {
  const stopReason = reply.stopped?.reason;
  return { status, hasText: reply.text !== '', finishReason: finishReasonOf(reply), stopReason, error };
}

export function outcomeOfMessage({ status, text, finishReason, error }: ChatMessage): Outcome {
  return { status, hasText: text !== '', finishReason, error };
}

/** The note below a reply; undefined if the reply is whole. */
export function outcomeText({ status, hasText, finishReason, stopReason, error }: Outcome): string | undefined {
  if (status === 'failed') return error ? errorText(error) : 'The reply failed.';
  if (status === 'cancelled') return 'Stopped.';
  if (finishReason === 'MAX_TOKENS') return 'The answer reached its length limit (MAX_TOKENS).';
  if (!hasText) return 'The answer is empty.';
  if (stopReason !== undefined) return `The answer was stopped (${stopReason}).`;
  const isWhole = finishReason === undefined || finishReason === 'STOP';
  return isWhole ? undefined : `The answer was cut off (${finishReason}).`;
}

/** The sentence of a failure, with its kind. */
export function errorText({ message, kind }: GeminiError): string {
  return `${message} (${kind})`;
}
