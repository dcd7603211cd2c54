import type { ServerResponseLike } from './serverResponseLike.js';

/**
 * The headers of a stream of server-sent events. No proxy may store or compress the stream (`no-transform` also
 * disables compressing middleware), and nginx must not buffer the stream. `Connection` is omitted: HTTP/2 forbids this
 * header.
 */
export const sseHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** The headers of a stream, with the cache directives that the application has set on the response. */
export function sseHeadersBeside(response: ServerResponseLike): Record<string, string> {
  const ofApplication = response.getHeader?.('Cache-Control');
  if (typeof ofApplication !== 'string' || ofApplication === '') return { ...sseHeaders };
  const isStated = /\bno-transform\b/i.test(ofApplication);
  return { ...sseHeaders, 'Cache-Control': isStated ? ofApplication : `${ofApplication}, no-transform` };
}
