/** Whether a value is an `AbortSignal`, by its shape: polyfills and other realms have their own class. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
}
