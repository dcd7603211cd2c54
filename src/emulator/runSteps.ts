import type { OpenExchange } from './openExchange.js';
import type { Step } from './steps.js';
import { nextTurn, sleep, unlessAborted } from './waits.js';

/**
 * The wait before a reset, in ms. An RST overtakes data that the client has not read yet, and a client on Node that
 * receives data and an RST together reports a FIN.
 */
const resetDelay = 10;

/** Runs the steps of a response whose headers are sent, and ends it. Stops at once when the client disconnects. */
export async function runSteps(steps: AsyncIterable<Step>, exchange: OpenExchange): Promise<void> {
  const { connection, record, signal } = exchange;
  let hasWritten = false;
  for await (const step of steps) {
    // So that a client in the same process reads each packet by itself, and an answer without pauses holds nobody up.
    const yields = (step.kind === 'wait' && step.ms > 0) || (step.kind === 'send' && step.isLast);
    if (hasWritten && !yields) await nextTurn();
    hasWritten = step.kind === 'send';
    if (signal.aborted) return;
    switch (step.kind) {
      case 'wait':
        await sleep(step.ms, signal);
        break;
      case 'send':
        if (step.isLast) {
          record.bytesSent += step.bytes.length;
          connection.end(step.bytes);
          return;
        }
        record.bytesSent += step.bytes.length;
        record.chunksSent += step.chunks;
        await unlessAborted(connection.write(step.bytes), signal);
        break;
      case 'drop':
        if (step.reset) await sleep(resetDelay, signal);
        dropConnection(exchange, step.reset);
        return;
      case 'end':
        connection.end();
        return;
    }
  }
  if (hasWritten) await nextTurn();
  if (!signal.aborted) connection.end();
}

/** Breaks the connection: with a FIN after the last write, or with an RST. */
export function dropConnection({ connection, end }: OpenExchange, reset: boolean): void {
  end();
  connection.drop(reset);
}
