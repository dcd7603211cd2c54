import { copyWithInherited } from '../chunk/copyFields.js';
import type { EventId } from '../chunk/parseEventId.js';
import { builtInClassOf } from '../rx/builtInClassOf.js';
import { describe } from '../rx/assertions.js';
import { isPromiseLike } from '../rx/isPromiseLike.js';

/** A request of {@link fromSse}: the options of `fetch`, and `json`. @public */
export interface FromSseInit extends RequestInit {
  /** The body, as a value that is sent as JSON. The request is then a `POST`, unless it has a `method`. */
  readonly json?: unknown;
}

/**
 * The options of `fetch` for a request; with a `lastEventId`, the request asks for the rest of the reply after that
 * chunk.
 */
export function sseRequest(request: FromSseInit, lastEventId: EventId | undefined, signal: AbortSignal): RequestInit {
  assertRequest(request);
  // Inherited fields too, as `fetch` reads them.
  const { json, ...init } = copyWithInherited(request) as FromSseInit;
  const headers = new Headers(init.headers);
  if (!headers.has('Accept')) headers.set('Accept', 'text/event-stream');
  if (json !== undefined && !headers.has('Content-Type')) headers.set('Content-Type', 'application/json');
  if (lastEventId !== undefined) headers.set('Last-Event-ID', String(lastEventId));
  const body = json === undefined ? (init.body ?? null) : JSON.stringify(json);
  return { ...init, method: init.method ?? (body === null ? 'GET' : 'POST'), headers, body, signal };
}

/** @throws TypeError - If `request` is not an object of options, or has two bodies. */
export function assertRequest(request: unknown): asserts request is FromSseInit {
  if (typeof request !== 'object' || request === null) throw wrongInit(request);
  // As options, any of these would silently become a request without a body and headers.
  if (isPromiseLike(request)) throw wrongInit(request, 'a promise');
  if ('url' in request && 'clone' in request) throw wrongInit(request, 'a `Request`, which can be sent once only');
  if (Symbol.iterator in request) throw wrongInit(request);
  const builtIn = builtInClassOf(request);
  if (builtIn) throw wrongInit(request, builtIn);
  // `fetch` would ignore the options of `fromSse`.
  const misplaced = ['reconnect', 'maxDelay'].find((name) => name in request);
  if (misplaced)
    throw new TypeError(`Expected \`${misplaced}\` in the third argument of \`fromSse\`, got it in \`init\``);
  const { json, body } = request as FromSseInit;
  if (json !== undefined && body !== undefined && body !== null) {
    throw new TypeError('Expected `init` to have `json` or `body`, got both');
  }
}

function wrongInit(request: unknown, what = describe(request)): TypeError {
  return new TypeError(`Expected \`init\` to be what \`fetch\` takes, or a function that makes it, got ${what}`);
}
