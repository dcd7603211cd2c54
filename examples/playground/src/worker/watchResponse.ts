import type { ResponseObserver } from './currentRun.ts';

/** The same response, whose body reports what it carries. An early end of the reader is passed on to the sender. */
export async function watchResponse(response: Response, observer: ResponseObserver): Promise<Response> {
  if (!response.ok) {
    const text = await response.text();
    observer.status(response.status, text);
    return copyOf(response, text);
  }
  if (!response.body) {
    observer.end();
    return response;
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          observer.end();
          controller.close();
          return;
        }
        observer.piece(decoder.decode(value, { stream: true }));
        controller.enqueue(value);
      } catch (error) {
        observer.failure(error);
        controller.error(error);
      }
    },
    cancel(reason) {
      observer.closed();
      return reader.cancel(reason);
    },
  });
  return copyOf(response, body);
}

const copyOf = ({ status, statusText, headers }: Response, body: BodyInit) =>
  new Response(body, { status, statusText, headers });
