import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

const text = 'Grüße, 世界 👋🏽!';
const events = [
  { candidates: [{ content: { role: 'model', parts: [{ text: 'Grüße, ' }] }, index: 0 }] },
  { candidates: [{ content: { role: 'model', parts: [{ text: '世界 👋🏽!' }] }, finishReason: 'STOP', index: 0 }] },
];
const body = events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join('');
const size = Buffer.byteLength(body);

type Cut = (bytes: number) => EmulatorScenario;

describe.each<[string, Cut]>([
  ['the response ends', (bytes) => ({ body, endAfter: { bytes } })],
  ['the connection is closed', (bytes) => ({ body, dropAfter: { bytes } })],
  ['the connection is reset', (bytes) => ({ body, dropAfter: { bytes, reset: true } })],
])('a reply of which %s after any number of bytes', (_, cut) => {
  it('is whole, or fails with a typed error whose partial is the reply so far', async () => {
    const { ai } = await emulate(({ prompt }) => cut(Number(prompt)));
    let wholes = 0;
    for (let bytes = 0; bytes <= size; bytes++) {
      const { values, error, isComplete } = await outcomeOf(
        fromGemini(ai, { ...params, contents: String(bytes) }).pipe(classifyErrors()),
      );
      const read = values.map((chunk) => chunk.text).join('');
      if (isComplete) {
        wholes++;
        expect(read).toBe(text);
      } else {
        expect(['truncated', 'network']).toContain(error?.kind);
        expect(error?.partial?.text).toBe(read);
        expect(text.startsWith(read)).toBe(true);
      }
    }
    // The last event is whole with its last brace: its blank line may be missing if the response ends properly.
    expect(wholes).toBeLessThanOrEqual(5);
  }, 60_000);
});
