import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InteractionEvent } from '../../src/interaction/interactionEvent.js';

const shared = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));

/** The events of an interaction with a thought and a call, so that the suite says something without the recordings. */
const own: InteractionEvent[] = [
  { event_type: 'interaction.created', interaction: { id: 'v1_own', status: 'in_progress', model: 'gemini' } },
  { event_type: 'step.start', index: 0, step: { type: 'thought' } },
  { event_type: 'step.delta', index: 0, delta: { type: 'thought_signature', signature: 'sig' } },
  { event_type: 'step.stop', index: 0 },
  { event_type: 'step.start', index: 1, step: { type: 'model_output' } },
  { event_type: 'step.delta', index: 1, delta: { text: 'Let me ' } },
  { event_type: 'step.delta', index: 1, delta: { type: 'text', text: 'see.' } },
  { event_type: 'step.stop', index: 1 },
  { event_type: 'step.start', index: 2, step: { type: 'function_call', id: '1', name: 'weather', arguments: {} } },
  { event_type: 'step.delta', index: 2, delta: { type: 'arguments_delta', arguments: '{"city":' } },
  { event_type: 'step.delta', index: 2, delta: { type: 'arguments_delta', arguments: '"Rome"}' } },
  { event_type: 'step.stop', index: 2 },
  {
    event_type: 'interaction.completed',
    interaction: { id: 'v1_own', status: 'requires_action', usage: { total_input_tokens: 3, total_tokens: 9 } },
  },
];

/** The recorded streams of events there are, of `RECORDINGS_DIR`, else of `../shared/recordings`, and our own. */
export function interactionRecordings(): [name: string, events: readonly InteractionEvent[]][] {
  const folder = path.join(process.env['RECORDINGS_DIR'] ?? shared, 'interactions');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.events.jsonl')) : [];
  return [
    ['own', own],
    ...files.map((name): [string, InteractionEvent[]] => [name, eventsIn(path.join(folder, name))]),
  ];
}

function eventsIn(file: string): InteractionEvent[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as InteractionEvent);
}
