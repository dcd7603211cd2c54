import { setTimeout } from 'node:timers/promises';
import { apiError, type EmulatorRequest, type EmulatorScenario } from 'rxjs-gemini/emulator';
import { scenarioHeader } from '../src/scenarios.ts';
import { answer } from './answer.ts';

/** The pieces that the model writes: of any size, at an uneven pace, cut in the middle of words. */
const sizes = [4, 38, 17, 60, 9, 25, 44, 12, 66, 6, 31];
const gaps = [130, 400, 110, 150, 310, 520, 120, 240, 140, 430, 190];

/** The fault of each scenario, by its id, in the first request of a run or in all. */
const faults: Readonly<Record<string, (isFirst: boolean) => EmulatorScenario>> = {
  slow: (isFirst) => (isFirst ? { firstDelay: 5000 } : {}),
  stall: () => ({ stallAfter: { chunks: 9, duration: 4000 } }),
  drop: (isFirst) => (isFirst ? { dropAfter: { chunks: 12, reset: true } } : {}),
  busy: (isFirst) => (isFirst ? { chunks: undefined, error: apiError({ code: 429, retryDelay: 1200 }) } : {}),
  safety: () => ({ finishReason: 'SAFETY' }),
};

/** Answers as the scenario says that the page asks for in a header; `count` counts the requests of its run. */
export function answerTo(request: EmulatorRequest, count: number): EmulatorScenario {
  const { [scenarioHeader]: scenario = '' } = request.headers;
  const end = scenario === 'safety' ? 300 : answer.length;
  const rest = answer.slice(writtenBefore(request), end);
  return { firstDelay: 500, chunks: scraps(rest, request.signal), ...faults[scenario]?.(count === 1) };
}

async function* scraps(text: string, signal: AbortSignal): AsyncGenerator<string> {
  let written = 0;
  for (let turn = 0; written < text.length; turn++) {
    if (turn > 0) await setTimeout(gaps[turn % gaps.length], undefined, { signal });
    const scrap = text.slice(written, written + (sizes[turn % sizes.length] ?? 1));
    written += scrap.length;
    yield scrap;
  }
}

/** The length of the answer so far, if the model is asked to continue it. */
function writtenBefore({ body }: EmulatorRequest): number {
  const turns = body['contents'] as readonly { role?: string; parts?: readonly { text?: string }[] }[];
  const texts = turns.filter(({ role }) => role === 'model').flatMap(({ parts = [] }) => parts);
  return texts.reduce((length, { text = '' }) => length + text.length, 0);
}
