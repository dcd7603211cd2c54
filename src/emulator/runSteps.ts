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
  const { response, record, signal } = exchange;
  for await (const step of steps) {
    if (signal.aborted) return;
    switch (step.kind) {
      case 'wait':
        await sleep(step.ms, signal);
        break;
      case 'send':
        if (step.isLast) {
          record.bytesSent += step.bytes.length;
          response.end(step.bytes);
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
        response.end();
        return;
    }
  }
  if (!signal.aborted) response.end();
}

/** Breaks the connection: with a FIN after the last write, or with an RST. */
export function dropConnection({ response, end }: OpenExchange, reset: boolean): void {
  const { socket } = response;
  end();
  if (reset) socket?.resetAndDestroy();
  else socket?.destroySoon();
}

/**
 * Writes a packet and waits until the operating system has taken it, which takes longer while the client does not read;
 * then waits for the next turn of the event loop, so that a client in the same process reads each packet by itself.
 */
async function writePacket(bytes: Buffer, { response, record, signal }: OpenExchange): Promise<void> {
  const written = new Promise<void>((resolve) => {
    response.write(bytes, () => {
      resolve();
    });
  });
  record.bytesSent += bytes.length;
  await unlessAborted(written, signal);
  await nextTurn();
}
