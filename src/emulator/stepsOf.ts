import { apiError } from './apiError.js';
import type { Frame } from './framesOf.js';
import type { EmulatorScenario } from './scenario.js';
import { send, type Step, wait } from './steps.js';
import type { WireFormat } from './wireFormat.js';

/** Paces frames and puts in what goes wrong after so many chunks. */
export async function* stepsOf(
  frames: AsyncIterable<Frame> | Iterable<Frame>,
  scenario: EmulatorScenario,
  format: WireFormat,
): AsyncGenerator<Step> {
  const { firstDelay = 0, pace = 0, eventsPerPacket = 1 } = scenario;
  if (firstDelay > 0) yield wait(firstDelay);
  let chunks = 0;
  yield* faultsAt(chunks, scenario, format);
  for await (const { content, isChunk } of frames) {
    if (isChunk && chunks > 0 && chunks % eventsPerPacket === 0 && pace > 0) yield wait(pace);
    yield send(content, isChunk ? 1 : 0);
    if (!isChunk) continue;
    chunks += 1;
    yield* faultsAt(chunks, scenario, format);
  }
}

/** What goes wrong after so many chunks, in the order in which it makes sense together. */
function* faultsAt(chunks: number, scenario: EmulatorScenario, format: WireFormat): Generator<Step> {
  const { dropAfter, endAfter, errorAfter, garbageAfter, stallAfter } = scenario;
  const isFirst = chunks === 0;
  if (garbageAfter?.chunks === chunks) yield send(garbageAfter.garbage ?? HALF_AN_OBJECT + format.delimiter, 0);
  if (stallAfter?.chunks === chunks) yield wait(stallAfter.duration ?? Infinity);
  const fails = errorAfter?.chunks === chunks;
  if (fails) {
    const { error = apiError({ code: 503 }), as } = errorAfter;
    yield send(format.error(error, as, isFirst), 0);
  }
  if (dropAfter && 'chunks' in dropAfter && dropAfter.chunks === chunks) {
    yield { kind: 'drop', reset: dropAfter.reset ?? false };
  }
  if (!fails && endAfter?.chunks !== chunks) return;
  if (fails) yield send(format.tail(false), 0);
  yield { kind: 'end' };
}

const HALF_AN_OBJECT = 'data: {"candidates": [{"content": {"pa';
