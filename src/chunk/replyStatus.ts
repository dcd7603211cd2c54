/**
 * The status of a reply: `waiting` before any content (a thought counts), `streaming` from then on, and at last its
 * outcome: `complete`, `stopped` (`stopWhen` ended it on purpose), `cancelled` (by `takeUntilCancel` or an
 * unsubscription) or `failed`.
 *
 * @public
 */
export type ReplyStatus = 'waiting' | 'streaming' | ReplyOutcome;

/** The outcome of a reply: the last four of {@link ReplyStatus}. @public */
export type ReplyOutcome = 'complete' | 'stopped' | 'cancelled' | 'failed';
