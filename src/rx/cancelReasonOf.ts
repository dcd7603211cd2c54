/** Returns the reason of a cancellation in words: a string, the message of an error, else `'cancelled'`. */
export function cancelReasonOf(cause: unknown): string {
  // An error by its shape: other realms have their own class.
  const isError = typeof cause === 'object' && cause !== null && 'name' in cause && 'message' in cause;
  const words = isError ? cause.message : cause;
  return typeof words === 'string' && words !== '' ? words : 'cancelled';
}
