import type { UiErrorData } from 'rxjs-gemini/ai-sdk';

/** A failure as the page shows it. */
export interface Failure {
  readonly kind: string;
  readonly message: string;
  readonly isRetryable: boolean;
}

/**
 * The failure of a reply. Its kind came before it, as `data-error`; a request that the route has refused has both in
 * the JSON of its body, which `useChat` takes for the message.
 */
export function failureOf(error: Error, data: UiErrorData | undefined): Failure {
  if (data) return { kind: data.kind, message: error.message, isRetryable: data.retryable };
  const refusal = refusalIn(error.message);
  if (refusal) return refusal;
  const isDisconnect = error instanceof TypeError;
  const message = isDisconnect ? 'The connection to the server failed; try again later' : 'The reply failed';
  return { kind: isDisconnect ? 'network' : 'unknown', message, isRetryable: true };
}

function refusalIn(body: string): Failure | undefined {
  try {
    const { kind, message, retryable } = JSON.parse(body).error;
    return { kind: String(kind), message: String(message), isRetryable: retryable === true };
  } catch {
    return undefined;
  }
}
