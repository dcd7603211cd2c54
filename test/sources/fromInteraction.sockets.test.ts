import { describe, expect, it } from 'vitest';
import { fromInteraction } from '../../src/sources/fromInteraction.js';
import { outcomeOf } from '../support/outcome.js';
import {
  background,
  completed,
  created,
  foreground,
  quick,
  says,
  sends,
  sendsText,
  serveInteractions,
  sseOf,
  start,
  stop,
} from '../support/interactionServer.js';

const text = (values: readonly { text: string }[]) => values.map((chunk) => chunk.text).join('');

describe('a whole interaction', () => {
  it('is emitted as chunks', async () => {
    const { ai, calls, seen } = await serveInteractions(
      sends(created(), start(0), says(0, 'Hello, '), says(0, 'world'), stop(0), completed()),
    );
    const { values, isComplete, error } = await outcomeOf(fromInteraction(ai, foreground));
    expect(error).toBeUndefined();
    expect({ text: text(values), isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(calls()).toEqual(['create']);
    expect(seen[0]?.json).toEqual({ ...foreground, stream: true });
    console.log(JSON.stringify(values, null, 1));
  });

  it('is resumed', async () => {
    const { ai, calls, seen } = await serveInteractions([
      sendsText(sseOf(created(), start(0), says(0, 'Hello, ', { event_id: 'e1' }), says(0, 'wo'))),
      sends(says(0, 'world'), stop(0), completed()),
    ]);
    const { values, isComplete, error } = await outcomeOf(fromInteraction(ai, background, quick));
    expect(error).toBeUndefined();
    expect({ text: text(values), isComplete }).toEqual({ text: 'Hello, world', isComplete: true });
    expect(calls()).toEqual(['create', 'stream']);
    expect(seen[1]?.lastEventId).toBe('e1');
    console.log(values.map((v) => JSON.stringify(v)).join('\n'));
  });
});
