/**
 * The headers of a stream of server-sent events. No proxy may keep or pack it (`no-transform` also keeps compressing
 * middleware away), and nginx not hold it back. `Connection` is not one of them: HTTP/2 forbids it.
 */
export const sseHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};
