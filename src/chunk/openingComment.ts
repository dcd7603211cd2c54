/** The content of the comment that opens a stream of the sinks. */
export interface Opening {
  /** The time between heartbeats, in ms, if there are any. */
  readonly heartbeat: number | undefined;
  /** In a reply that can be resumed, the index of the last chunk that was left out; -1 if none was. */
  readonly after: number | undefined;
}

/**
 * The comment with which a stream of the sinks opens: `: rxjs-gemini heartbeat=15000`. A reader learns from it that the
 * stream is of this format, how long a connection that is alive may be silent, and where a reply that can be resumed
 * begins: ` after=7`.
 */
export function openingComment({ heartbeat, after }: Opening): string {
  const words = [
    heartbeat !== undefined && `heartbeat=${String(heartbeat)}`,
    after !== undefined && `after=${String(after)}`,
  ];
  return `: ${['rxjs-gemini', ...words.filter((word) => word !== false)].join(' ')}\n\n`;
}

/** Reads a comment, without its colon; undefined if it is not that of {@link openingComment}. */
export function readOpening(comment: string): Opening | undefined {
  if (!/^\s*rxjs-gemini(?:\s|$)/.test(comment)) return undefined;
  const heartbeat = numberIn(/\sheartbeat=(\d{1,10}(?:\.\d{1,10})?)(?:\s|$)/.exec(comment));
  const after = numberIn(/\safter=(-1|\d{1,15})(?:\s|$)/.exec(comment));
  return { heartbeat: heartbeat === 0 ? undefined : heartbeat, after };
}

function numberIn(match: RegExpExecArray | null): number | undefined {
  return match ? Number(match[1]) : undefined;
}
