import { context, type Context } from '@opentelemetry/api';
import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { operate } from '../../src/rx/operate.js';

/**
 * Subscribes to the source in one context, and emits in another: the request is a part of the reply's span; the work of
 * the subscriber, such as the next request of a conversation, is not.
 *
 * @param request - The context of the subscription to the source.
 * @param subscriber - The context in which values, an error and completion are passed on.
 */
export function bindContexts<T>(request: Context, subscriber: Context): MonoTypeOperatorFunction<T> {
  const bound = operate<T, T>((destination) => ({
    next: context.bind(subscriber, (value: T) => destination.next(value)),
    error: context.bind(subscriber, (cause: unknown) => destination.error(cause)),
    complete: context.bind(subscriber, () => destination.complete()),
  }));
  return (source) =>
    new Observable<T>((destination) => context.with(request, () => source.pipe(bound).subscribe(destination)));
}
