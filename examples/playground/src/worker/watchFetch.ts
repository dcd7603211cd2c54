import { currentRun, type ResponseObserver } from './currentRun.ts';
import { watchResponse } from './watchResponse.ts';

/** A `fetch` whose requests and answers are reported to the run. */
export async function watchFetch(
  fetch: (request: Request, init?: RequestInit) => Promise<Response>,
  input: string | URL | Request,
  init: RequestInit | undefined,
  onRequest?: (url: string, body: unknown) => void,
): Promise<Response> {
  const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
  // A request with a signal of its own may miss an abort after a garbage collection, so the caller's is passed on.
  const request = new Request(input, { ...init, signal: null });
  const body = await bodyOf(request.clone());
  const observer = currentRun.observer?.request(request.url, body);
  onRequest?.(request.url, body);
  if (!observer) return fetch(request, { signal: signal ?? null });
  try {
    const response = await fetch(request, { signal: signal ?? null });
    const watched = await watchResponse(response, observer);
    closeOnAbort(signal, observer);
    return watched;
  } catch (error) {
    if (signal?.aborted) observer.closed();
    else observer.failure(error);
    throw error;
  }
}

function closeOnAbort(signal: AbortSignal | undefined, observer: ResponseObserver): void {
  signal?.addEventListener('abort', () => observer.closed(), { once: true });
}

async function bodyOf(request: Request): Promise<unknown> {
  if (request.method === 'GET') return undefined;
  const text = await request.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
