import { describe, expect, it } from 'vitest';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorAnswer } from '../../src/emulator/scenario.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

const chunks = ['Grüße, ', '世界 ', '👋🏽!'];
const text = chunks.join('');

async function read(answer: EmulatorAnswer) {
  const { ai } = await emulate(answer);
  const { values, error, isComplete } = await outcomeOf(fromGemini(ai, params));
  return { text: values.map((chunk) => chunk.text).join(''), chunks: values.length, error, isComplete };
}

describe('the wire, read whole', () => {
  it.each<[string, EmulatorAnswer]>([
    ['LF', { chunks, delimiter: '\n\n' }],
    ['CRLF', { chunks, delimiter: '\r\n\r\n' }],
    ['CR', { chunks, delimiter: '\r\r' }],
    ['a byte a packet', { chunks, packetBytes: 1 }],
    ['a byte a packet, with CR', { chunks, packetBytes: 1, delimiter: '\r\r' }],
    ['many events a packet', { chunks, eventsPerPacket: 64 }],
    ['event: and id: lines', { chunks, lines: ['event: message', 'id: 7', 'retry: 1000'] }],
    ['comments within the event', { chunks, lines: [': keep-alive', ':'] }],
    ['[DONE]', { chunks, done: true }],
    ['a last event without a blank line', { chunks, unterminated: true }],
    ['an empty event', { body: ['data:\n\n', event('Grüße, 世界 👋🏽!', 'STOP')] }],
    ['a byte order mark', { body: `\uFEFF${event(text, 'STOP')}` }],
    [
      'an event in several data lines',
      { body: event(text, 'STOP').replace('{"candidates":', '{\ndata: "candidates":') },
    ],
    ['unknown fields', { body: event(text, 'STOP').replace('{"candidates":', '{"news":{"a":[1]},"candidates":') }],
  ])('with %s', async (_, answer) => {
    expect(await read(answer)).toMatchObject({ text, isComplete: true });
  });

  it('emits a chunk before the next chunk arrives', async () => {
    const { ai, emulator } = await emulate({ chunks, stallAfter: { chunks: 2 } });
    const texts: string[] = [];
    await new Promise<void>((resolve) => {
      const subscription = fromGemini(ai, params).subscribe((chunk) => {
        texts.push(chunk.text);
        if (texts.length === 2) {
          subscription.unsubscribe();
          resolve();
        }
      });
    });
    expect(texts).toEqual(chunks.slice(0, 2));
    await emulator.requests[0]?.closed;
  });
});

describe('the wire, broken, is a typed error after all that had arrived', () => {
  const busy = apiError({ code: 503, retryDelay: 4000 });
  const overloaded = { kind: 'overloaded', status: 503, retryAfter: 4000 };
  it.each<[string, EmulatorAnswer, object]>([
    ['an error event', { chunks, errorAfter: { chunks: 2, error: busy } }, overloaded],
    ['an event named error', { chunks, errorAfter: { chunks: 2, error: busy, as: 'event' } }, overloaded],
    ['an error body', { chunks, errorAfter: { chunks: 2, error: busy, as: 'body' } }, overloaded],
    [
      'an error body in packets of a byte',
      { chunks, packetBytes: 1, errorAfter: { chunks: 2, error: busy, as: 'body' } },
      overloaded,
    ],
    [
      'an error without a numeric code',
      { chunks, errorAfter: { chunks: 2, error: { error: { status: 'UNAVAILABLE', message: 'x' } } } },
      { kind: 'overloaded' },
    ],
    [
      'an error whose code is a string',
      { chunks, errorAfter: { chunks: 2, error: { error: { code: '503', message: 'x' } } } },
      { kind: 'overloaded', status: 503 },
    ],
    [
      'half an event',
      { chunks, garbageAfter: { chunks: 2, garbage: 'data: {"candidates":[{"con' }, endAfter: { chunks: 2 } },
      { kind: 'truncated' },
    ],
    ['an event that is not JSON', { chunks, garbageAfter: { chunks: 2 } }, { kind: 'protocol' }],
    [
      'a line that is not an event',
      { chunks, garbageAfter: { chunks: 2, garbage: 'Bad Gateway\n\n' } },
      { kind: 'protocol' },
    ],
    [
      'an event that is no object',
      { chunks, garbageAfter: { chunks: 2, garbage: 'data: [1]\n\n' } },
      { kind: 'protocol' },
    ],
    ['a closed connection', { chunks, dropAfter: { chunks: 2 } }, { kind: 'truncated', retryable: true }],
    [
      'a reset connection',
      { chunks, pace: 5, dropAfter: { chunks: 2, reset: true } },
      { kind: 'network', retryable: true },
    ],
  ])('for %s', async (_, answer, expected) => {
    const outcome = await read(answer);
    expect(outcome.error).toMatchObject(expected);
    expect(outcome.text).toBe(chunks.slice(0, 2).join(''));
  });

  it.each<[string, EmulatorAnswer, string]>([
    [
      'an HTML page',
      { body: '<html><body>Sign in</body></html>', headers: { 'Content-Type': 'text/html' } },
      'protocol',
    ],
    ['a JSON list', { body: '[{"candidates":[]}]', headers: { 'Content-Type': 'application/json' } }, 'protocol'],
    ['an error body on one line', { body: JSON.stringify(busy) }, 'overloaded'],
    ['an error body in a list', { body: JSON.stringify([busy]) }, 'overloaded'],
    ['the beginning of an error body', { body: '{\n "error": {\n  "code"' }, 'truncated'],
    ['the beginning of a field', { body: 'dat' }, 'truncated'],
  ])('for %s instead of a stream', async (_, answer, kind) => {
    const outcome = await read(answer);
    expect(outcome.error?.kind).toBe(kind);
    expect(outcome.text).toBe('');
  });
});

function event(said: string, finishReason: string): string {
  return `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: said }] }, finishReason }] })}\n\n`;
}
