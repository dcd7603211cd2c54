import type { Observable } from 'rxjs';
import { toSseResponse, type GeminiChunk, type ToSseResponseOptions } from 'rxjs-gemini';

/** The events of a reply, with its annotations, as a response that no cache keeps. */
export async function privateEvents(
  reply$: Observable<GeminiChunk>,
  options: ToSseResponseOptions = {},
): Promise<Response> {
  const response = await toSseResponse(reply$, { annotations: true, ...options });
  response.headers.set('Cache-Control', 'no-store, no-transform');
  return response;
}
