import { withConfig, type ReplyRequest } from './client.js';
import type { CapturedBody } from './fetchCapture.js';
import { fetchCaptureFor } from './fetchCaptureFor.js';
import { requestError } from './requestError.js';

/** Lets the SDK open a reply; gives its body for us to read, or the stream that the SDK reads. */
export async function openStream<P>(
  { ai, params, isDirect, onRequest }: ReplyRequest<P>,
  signal: AbortSignal,
): Promise<CapturedBody | AsyncIterable<unknown>> {
  const capture = isDirect ? fetchCaptureFor(ai, params.config, onRequest) : undefined;
  if (!capture) onRequest?.();
  try {
    const config = { abortSignal: signal, ...capture?.config };
    const stream = await ai.models.generateContentStream(withConfig(params, config));
    onRequest?.();
    // SDK 1.x listens to a signal, but does not look whether it is aborted already: it is told once more.
    if (signal.aborted) signal.dispatchEvent(new Event('abort'));
    const body = capture?.release();
    if (!body) return stream;
    void drain(stream);
    return body;
  } catch (cause) {
    void capture
      ?.release()
      ?.body.cancel()
      .catch(() => undefined);
    throw requestError(cause, signal, capture);
  }
}

/** Reads the SDK's empty stream to its end, so that instrumentation of the SDK ends its spans. */
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    while ((await iterator.next()).done !== true);
  } catch {
    // This is the SDK's view of a body that we read; what we see counts.
  }
}
