import { defer, isObservable, takeWhile, tap, type Observable, type Subscriber, type Subscription } from 'rxjs';
import type { LiveInput } from '../../live/liveInput.js';
import type { LiveMessage } from '../../live/liveMessage.js';
import { describe, typeError } from '../../rx/assertions.js';
import { isObject } from '../../rx/isObject.js';
import type { LiveOutbox } from './liveOutbox.js';

/** The input of a session, or a function that makes it from the messages of the same session. @public */
export type LiveInputSource = Observable<LiveInput> | ((messages$: Observable<LiveMessage>) => Observable<LiveInput>);

/** Sends all inputs of a session; an error of the input, or of sending, fails the session. */
export function sendAll(
  input: LiveInputSource,
  messages$: Observable<LiveMessage>,
  outbox: LiveOutbox,
  destination: Subscriber<LiveMessage>,
): Subscription {
  return defer(() => inputOf(input, messages$))
    .pipe(
      takeWhile(() => !destination.closed),
      tap((value) => {
        assertInput(value);
        outbox.send(value);
      }),
    )
    .subscribe({
      error(cause: unknown) {
        destination.error(cause);
      },
    });
}

function inputOf(input: LiveInputSource, messages$: Observable<LiveMessage>): Observable<LiveInput> {
  if (isObservable(input)) return input;
  const input$: unknown = input(messages$);
  if (isObservable(input$)) return input$ as Observable<LiveInput>;
  throw typeError('input', 'a function that returns an Observable', input$);
}

function assertInput(value: unknown): void {
  const present = isObject(value) ? fieldNames.filter((name) => value[name] !== undefined) : [];
  if (isObject(value) && present.length === 1 && present.every((name) => isObject(value[name]))) return;
  const names = fieldNames.map((name) => `\`${name}\``).join(', ');
  throw new TypeError(`Expected an input with exactly one of ${names}, got ${describe(value)}`);
}

const fieldNames = ['realtimeInput', 'clientContent', 'toolResponse', 'contextUpdate'];
