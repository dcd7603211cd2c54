/** Why something was cancelled, in words: a string, an error's message, else `'cancelled'`. */
export function cancelReasonOf(cause: unknown): string {
  // An error by its shape: other realms have their own class.
  const isError = typeof cause === 'object' && cause !== null && 'name' in cause && 'message' in cause;
  const words = isError ? cause.message : cause;
  return typeof words === 'string' && words !== '' ? words : 'cancelled';
}
