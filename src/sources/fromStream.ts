import type { Observable } from 'rxjs';
import { typeError } from '../rx/assertions.js';
import { fromRequest } from './fromRequest.js';
import { readStream } from './readStream.js';

/**
 * Wraps any async stream as a cold Observable: an SDK `Chat`'s `sendMessageStream`, a reply of another client.
 *
 * `open` is called at each subscription, with a signal for the request. Unsubscribing aborts that signal (also before
 * `open` has resolved and while the stream is silent), closes the iterator, or cancels a `ReadableStream`, and waits for
 * neither. Values are emitted
 * unchanged; holds nothing. Errors are `GeminiError`s, with the thrown value as the `cause`.
 *
 * @param open - Opens the stream: an async iterable, or a promise of one.
 * @returns The values of the stream.
 * @throws TypeError - At the call, if `open` is not a function.
 * @see {@link fromGemini}, which reads a reply of Gemini faster and loses nothing.
 * @example
 * ```ts
 * const chat = ai.chats.create({ model: 'gemini-2.5-flash' });
 * const reply$ = fromStream((abortSignal) =>
 *   chat.sendMessageStream({ message: 'Hello', config: { abortSignal } }),
 * ).pipe(map(toChunk));
 * ```
 * @public
 */
export function fromStream<T>(
  open: (signal: AbortSignal) => AsyncIterable<T> | PromiseLike<AsyncIterable<T>>,
): Observable<T> {
  if (typeof open !== 'function') throw typeError('open', 'a function that opens a stream', open);
  return fromRequest<T>(() => ({
    async run({ destination, signal }) {
      await readStream(await open(signal), destination, (value) => {
        destination.next(value);
      });
    },
  }));
}
