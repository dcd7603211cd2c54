import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmulatorExchange } from './exchange.js';
import type { Route } from './routeOf.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** An exchange that has not ended: its record, its connection, and a way to end it. */
export interface OpenExchange {
  readonly record: Mutable<EmulatorExchange>;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route | undefined;
  /** Aborts when the client disconnects or the emulator closes before the answer is finished. */
  readonly signal: AbortSignal;
  /** Ends the exchange from this side, so that `closedEarly` stays false. */
  readonly end: () => void;
}

/** Opens the record of a request and follows its connection until it ends. */
export function openExchange(
  index: number,
  incoming: IncomingMessage,
  response: ServerResponse,
  route: Route | undefined,
): OpenExchange {
  const { method = 'GET', url: path = '/', socket } = incoming;
  const controller = new AbortController();
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const record: Mutable<EmulatorExchange> = {
    index,
    method,
    path,
    action: route?.action,
    model: route?.model === '' ? undefined : route?.model,
    interactionId: route?.interactionId,
    headers: plainHeaders(incoming),
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

  const settle = () => {
    response.off('close', settle);
    socket.off('close', settle);
    // The socket emits `close` to the response first, so this listener may run twice.
    if (record.closedAt !== undefined) return;
    record.finished = response.writableFinished;
    record.closedEarly = !record.finished && !controller.signal.aborted;
    record.closedAt = performance.now();
    if (!record.finished) controller.abort();
    close();
  };
  response.once('close', settle);
  // The response to a pipelined request has no socket yet, and does not emit `close` when the socket closes.
  socket.once('close', settle);

  const end = () => {
    controller.abort();
  };
  return { record, incoming, response, route, signal: controller.signal, end };
}

function plainHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value = '']) => [name, String(value)] as const);
  return Object.fromEntries(entries);
}
