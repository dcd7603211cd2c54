import { context, type Context } from '@opentelemetry/api';
import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { operate } from '../../src/rx/operate.js';

/**
 * Subscribes to the source in one context and hands on what it gives in another: the request is a part of the reply's
 * span; what the reader does with the reply, the next request of a conversation too, is not.
 */
export function betweenContexts<T>(request: Context, reader: Context): MonoTypeOperatorFunction<T> {
  const handedOn = operate<T, T>((destination) => ({
    next: context.bind(reader, (value: T) => destination.next(value)),
    error: context.bind(reader, (cause: unknown) => destination.error(cause)),
    complete: context.bind(reader, () => destination.complete()),
  }));
  return (source) =>
    new Observable<T>((destination) => context.with(request, () => source.pipe(handedOn).subscribe(destination)));
}
