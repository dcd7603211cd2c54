import { joinBytes } from './bytes.js';
import type { Step } from './steps.js';

/** Joins the writes of each `eventsPerPacket` chunks into one write. Any other step sends the held writes first. */
export async function* joinPackets(steps: AsyncIterable<Step>, eventsPerPacket: number): AsyncGenerator<Step> {
  let held: Uint8Array[] = [];
  let chunks = 0;
  const release = (): Step => {
    const step: Step = { kind: 'send', bytes: joinBytes(held), chunks };
    held = [];
    chunks = 0;
    return step;
  };
  for await (const step of steps) {
    if (step.kind === 'send') {
      held.push(step.bytes);
      chunks += step.chunks;
      if (chunks >= eventsPerPacket) yield release();
    } else {
      if (held.length > 0) yield release();
      yield step;
    }
  }
  if (held.length > 0) yield release();
}

/** Cuts writes into packets of at most `packetBytes`; a chunk counts as sent with its last packet. */
export async function* cutPackets(steps: AsyncIterable<Step>, packetBytes: number): AsyncGenerator<Step> {
  for await (const step of steps) {
    if (step.kind !== 'send') {
      yield step;
      continue;
    }
    const { bytes, chunks } = step;
    for (let at = 0; at < bytes.length; at += packetBytes) {
      const isLast = at + packetBytes >= bytes.length;
      yield { kind: 'send', bytes: bytes.subarray(at, at + packetBytes), chunks: isLast ? chunks : 0 };
    }
  }
}
