import { isGeminiError } from '../errors/geminiError.js';

/**
 * The default comparison of `marbles`: of the frames that a `TestScheduler` recorded with the expected ones.
 *
 * @throws Error - If they differ; its message lists both and marks the first difference.
 */
export function expectSameFrames(actual: unknown, expected: unknown): void {
  if (isSame(actual, expected)) return;
  const [actuals, expecteds] = [toFrames(actual), toFrames(expected)];
  const first = actuals.findIndex((frame, index) => !isSame(frame, expecteds[index]));
  const place = first < 0 ? actuals.length : first;
  throw new Error(`Expected:\n${formatFrames(expecteds, place)}\nbut got:\n${formatFrames(actuals, place)}`);
}

/**
 * Whether two values are the same data. Errors are compared by name, message, fields and `partial`. Not recursive, so
 * that depth cannot exhaust the stack.
 */
function isSame(a: unknown, b: unknown): boolean {
  const pairs: [unknown, unknown][] = [[a, b]];
  for (const [left, right] of pairs) {
    if (!hasFields(left) || !hasFields(right)) {
      if (!Object.is(left, right)) return false;
      continue;
    }
    const fields = Object.keys(left);
    const isAlike = isSameSort(left, right) && fields.length === Object.keys(right).length;
    if (!isAlike || !fields.every((field) => Object.hasOwn(right, field))) return false;
    for (const field of fields) pairs.push([left[field], right[field]]);
    if (isGeminiError(left) && isGeminiError(right)) pairs.push([left.partial, right.partial]);
  }
  return true;
}

function isSameSort(a: object, b: object): boolean {
  if (a instanceof Error && b instanceof Error) return a.name === b.name && a.message === b.message;
  return Array.isArray(a) === Array.isArray(b) && a instanceof Error === b instanceof Error;
}

function hasFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function toFrames(frames: unknown): unknown[] {
  return Array.isArray(frames) ? frames : [frames];
}

function formatFrames(frames: readonly unknown[], place: number): string {
  const lines = [...frames.map(formatFrame), '(no more)'];
  return lines.map((line, index) => `${index === place ? '> ' : '  '}${line}`).join('\n');
}

/** A line for a notification or a subscription of rxjs's `TestScheduler`. */
function formatFrame(frame: unknown): string {
  if (!hasFields(frame)) return String(frame);
  const { frame: time, notification, subscribedFrame, unsubscribedFrame } = frame;
  if (typeof subscribedFrame === 'number')
    return `subscribed at ${subscribedFrame} ms, unsubscribed at ${Number(unsubscribedFrame)} ms`;
  if (!hasFields(notification)) return JSON.stringify(frame);
  const { kind, value, error } = notification;
  if (kind === 'C') return `${Number(time)} ms: completes`;
  if (kind === 'E')
    return `${Number(time)} ms: fails with ${error instanceof Error ? String(error) : JSON.stringify(error)}`;
  return `${Number(time)} ms: ${JSON.stringify(value)}`;
}
