import { concat, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { replayRecording } from '../../../src/emulator/replayRecording.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import type { InteractionEvent } from '../../../src/interaction/interactionEvent.js';
import { record } from '../../../src/recording/record.js';
import { chunk, finishChunk } from '../../../src/testing/chunks.js';
import { answerIn, createStream, eventsIn, input, resume, typesOf } from './interactionWire.js';
import { outcomeOf } from '../../support/outcome.js';
import { start } from '../wire.js';

const EVENTS: InteractionEvent[] = [
  { event_type: 'interaction.created', interaction: { id: 'recorded', status: 'in_progress', model: 'm' } },
  { event_type: 'step.start', index: 0, step: { type: 'model_output' } },
  { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'Hello' } },
  { event_type: 'step.stop', index: 0 },
  { event_type: 'interaction.completed', interaction: { id: 'recorded', status: 'completed' } },
];
const LINES = EVENTS.map((event) => `${JSON.stringify(event)}\n`).join('');

/** The recording of a reply that fails, or ends. */
async function recordingOf(error?: GeminiError): Promise<string> {
  const lines: string[] = [];
  const text$ = of(chunk('One '), chunk('two.'));
  const end$ = error ? throwError(() => error) : of(finishChunk());
  await outcomeOf(concat(text$, end$).pipe(record({ write: (line) => lines.push(line) })));
  return lines.join('');
}

describe('replayRecording', () => {
  it('sends the events of an interaction, with faults', async () => {
    const emulator = await start({ reply: replayRecording(LINES) });
    expect(eventsIn(await createStream(emulator))).toEqual(EVENTS);
    expect(eventsIn(await resume(emulator, 'recorded'))).toEqual(EVENTS);
    const cut = await start({
      reply: replayRecording(LINES, { endAfter: { chunks: 2 }, interaction: { eventIds: 1 } }),
    });
    const events = eventsIn(await createStream(cut, input('Hi', { background: true })));
    expect(events.map(({ event_id: id }) => typeof id)).toEqual(['string', 'string']);
  });

  it('refuses a line that is not an event', () => {
    expect(() => replayRecording(`${LINES}{"n":1}\n`)).toThrow('Line 6 of the recording');
  });

  it('sends recorded chunks as an interaction', async () => {
    const emulator = await start({ reply: replayRecording(await recordingOf(), { speed: Infinity }) });
    const events = eventsIn(await createStream(emulator));
    expect(answerIn(events)).toBe('One two.');
    expect(typesOf(events).at(-1)).toBe('interaction.completed');
  });

  it('sends a recorded failure after the same text', async () => {
    const error = new GeminiError('busy', { kind: 'overloaded', status: 503 });
    const emulator = await start({ reply: replayRecording(await recordingOf(error), { speed: Infinity }) });
    const events = eventsIn(await createStream(emulator));
    expect(answerIn(events)).toBe('One two.');
    expect(events.at(-1)).toMatchObject({ event_type: 'error', error: { code: 'service_unavailable' } });
  });
});
