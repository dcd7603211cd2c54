import type { Span } from '../page.js';

/** Joins neighbours of one style, so that a word is written at once. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last?.styles.join() === span.styles.join()) result.splice(-1, 1, { ...last, text: last.text + span.text });
    else result.push(span);
  }
  return result;
}
