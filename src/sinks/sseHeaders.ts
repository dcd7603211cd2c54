import type { ServerResponseLike } from './serverResponseLike.js';

/**
 * The headers of a stream of server-sent events. No proxy may store or compress the stream (`no-transform` also
 * disables compressing middleware), and nginx must not buffer the stream. `Connection` is omitted: HTTP/2 forbids this
 * header.
 */
const sseHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/**
 * The headers of a stream and those of its format, whose value counts if both have one. `Cache-Control` always has
 * `no-transform`.
 */
export function sseHeadersWith(ofFormat: Readonly<Record<string, string>>): Record<string, string> {
  const headers = { ...sseHeaders };
  for (const [name, value] of Object.entries(ofFormat)) {
    const [same = name] = Object.keys(headers).filter((other) => other.toLowerCase() === name.toLowerCase());
    headers[same] = same === 'Cache-Control' ? withNoTransform(value) : value;
  }
  return headers;
}

/** The same headers, without those that the application has set on the response; its cache directives are kept. */
export function sseHeadersBeside(
  response: ServerResponseLike,
  ofFormat: Readonly<Record<string, string>>,
): Record<string, string> {
  const isFree = ([name]: [string, string]) => name in sseHeaders || response.getHeader?.(name) === undefined;
  const headers = Object.fromEntries(Object.entries(sseHeadersWith(ofFormat)).filter(isFree));
  const ofApplication = response.getHeader?.('Cache-Control');
  if (typeof ofApplication !== 'string' || ofApplication === '') return headers;
  return { ...headers, 'Cache-Control': withNoTransform(ofApplication) };
}

function withNoTransform(directives: string): string {
  return /\bno-transform\b/i.test(directives) ? directives : `${directives}, no-transform`;
}
