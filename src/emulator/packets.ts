import type { Step } from './steps.js';

/** Joins the writes of so many chunks into one. Anything but a write sends what is held first. */
export async function* gluePackets(steps: AsyncIterable<Step>, eventsPerPacket: number): AsyncGenerator<Step> {
  let held: Buffer[] = [];
  let chunks = 0;
  const release = (): Step => {
    const step: Step = { kind: 'send', bytes: Buffer.concat(held), chunks };
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

/** Cuts writes into packets of at most so many bytes; a chunk counts with its last packet. */
export async function* slicePackets(steps: AsyncIterable<Step>, packetBytes: number): AsyncGenerator<Step> {
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
