/** The values in the comment that opens a stream of the sinks. */
export interface Opening {
  /** The time between heartbeats, in ms; undefined without heartbeats. */
  readonly heartbeat: number | undefined;
  /** The index of the last chunk that was omitted, -1 for a whole reply; undefined if the reply cannot be resumed. */
  readonly after: number | undefined;
}

/**
 * Formats the comment that opens a stream of the sinks: `: rxjs-gemini heartbeat=15000`. From it, a reader learns the
 * format of the stream, how long a live connection may be silent, and where a resumed reply begins: ` after=7`.
 */
export function openingComment({ heartbeat, after }: Opening): string {
  const words = [
    heartbeat !== undefined && `heartbeat=${String(heartbeat)}`,
    after !== undefined && `after=${String(after)}`,
  ];
  return `: ${['rxjs-gemini', ...words.filter((word) => word !== false)].join(' ')}\n\n`;
}

/** Parses a comment, without its colon; returns undefined if {@link openingComment} did not write it. */
export function readOpening(comment: string): Opening | undefined {
  if (!/^\s*rxjs-gemini(?:\s|$)/.test(comment)) return undefined;
  const heartbeat = matchedNumber(/\sheartbeat=(\d{1,10}(?:\.\d{1,10})?)(?:\s|$)/.exec(comment));
  const after = matchedNumber(/\safter=(-1|\d{1,15})(?:\s|$)/.exec(comment));
  return { heartbeat: heartbeat === 0 ? undefined : heartbeat, after };
}

function matchedNumber(match: RegExpExecArray | null): number | undefined {
  return match ? Number(match[1]) : undefined;
}
