import type { ClientConnection } from './clientConnection.js';
import type { EmulatorExchange } from './exchange.js';
import { routeOf, type Route } from './routeOf.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The part of a request before its body. */
export interface RequestHead {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** The headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An exchange that has not ended: its record, its connection, and a way to end it. */
export interface OpenExchange {
  readonly record: Mutable<EmulatorExchange>;
  readonly connection: ClientConnection;
  readonly route: Route | undefined;
  /** Aborts when the client disconnects or the emulator closes before the answer is finished. */
  readonly signal: AbortSignal;
  /** Ends the exchange from this side, so that `closedEarly` stays false. */
  readonly end: () => void;
  /** Closes the record: called once the connection has ended. Idempotent. */
  readonly settle: (finished: boolean) => void;
}

/** Opens the record of a request. */
export function openExchange(index: number, head: RequestHead, connection: ClientConnection): OpenExchange {
  const route = routeOf(head.method, head.path);
  const controller = new AbortController();
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const record: Mutable<EmulatorExchange> = {
    index,
    ...head,
    action: route?.action,
    model: route?.model === '' ? undefined : route?.model,
    interactionId: route?.interactionId,
    body: undefined,
    startedAt: performance.now(),
    closedAt: undefined,
    status: undefined,
    chunksSent: 0,
    bytesSent: 0,
    finished: false,
    closedEarly: false,
    closed,
  };

  const settle = (finished: boolean) => {
    if (record.closedAt !== undefined) return;
    record.finished = finished;
    record.closedEarly = !finished && !controller.signal.aborted;
    record.closedAt = performance.now();
    if (!finished) controller.abort();
    close();
  };
  const end = () => {
    controller.abort();
  };
  return { record, connection, route, signal: controller.signal, end, settle };
}
