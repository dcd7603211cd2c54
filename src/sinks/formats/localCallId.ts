const mark = 'local-call-';

/**
 * Makes an id for a call to which the model gave none: the readers of other formats need ids. Such an id is not sent
 * back to the model.
 */
export function localCallId(prefix: string, count: number): string {
  return `${mark}${prefix}-${String(count)}`;
}

export function isLocalCallId(id: string): boolean {
  return id.startsWith(mark);
}
