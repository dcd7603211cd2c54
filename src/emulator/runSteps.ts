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
  for await (const step of steps) {
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
        await writePacket(step.bytes, exchange);
        record.chunksSent += step.chunks;
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
  if (!signal.aborted) connection.end();
}

/** Breaks the connection: with a FIN after the last write, or with an RST. */
export function dropConnection({ connection, end }: OpenExchange, reset: boolean): void {
  end();
  connection.drop(reset);
}

/**
 * Writes a packet and waits until it was taken; then waits for the next turn of the event loop, so that a client in the
 * same process reads each packet by itself, and an answer without pauses holds nobody up.
 */
async function writePacket(bytes: Uint8Array, { connection, record, signal }: OpenExchange): Promise<void> {
  record.bytesSent += bytes.length;
  await unlessAborted(connection.write(bytes), signal);
  await nextTurn();
}
