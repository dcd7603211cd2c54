import type { OpenExchange } from './openExchange.js';
import { nextTurn } from './nextTurn.js';
import { sleep } from './sleep.js';
import type { Step } from './steps.js';
import { unlessAborted } from './untilAborted.js';

/**
 * The wait before a reset, in ms. An RST overtakes what the client has not read yet, and a client on Node that finds
 * data and an RST together reports a FIN.
 */
const UNTIL_READ = 10;

/** Plays steps on a response whose headers are out, and ends it. Stops at once when the client leaves. */
export async function runSteps(steps: AsyncIterable<Step>, exchange: OpenExchange): Promise<void> {
  const { response, record, signal } = exchange;
  for await (const step of steps) {
    if (signal.aborted) return;
    switch (step.kind) {
      case 'wait':
        await sleep(step.ms, signal);
        break;
      case 'send':
        await writePacket(step.bytes, exchange);
        record.chunksSent += step.chunks;
        break;
      case 'drop':
        if (step.reset) await sleep(UNTIL_READ, signal);
        dropConnection(exchange, step.reset);
        return;
      case 'end':
        response.end();
        return;
    }
  }
  if (!signal.aborted) response.end();
}

/** Breaks the connection: with a FIN once all is written, or with an RST. */
export function dropConnection({ response, end }: OpenExchange, reset: boolean): void {
  const { socket } = response;
  end();
  if (reset) socket?.resetAndDestroy();
  else socket?.destroySoon();
}

/**
 * Writes one packet and waits until the system has taken it (longer while the client does not read), then for one more
 * turn of the event loop, so that a client in the same process reads it by itself.
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
