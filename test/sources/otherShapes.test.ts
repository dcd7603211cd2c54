import { lastValueFrom, of, toArray, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { replay } from '../../src/recording/replay.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { outcomeOf } from '../support/outcome.js';
import { otherShapes } from '../support/otherShapes.js';

type Source = (...events: unknown[]) => Observable<GeminiChunk>;

const eventsOf = (events: readonly unknown[]) =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\r\n\r\n`).join('');
const streamOf = (body: string) => new Response(body, { headers: { 'content-type': 'text/event-stream' } });

/** A client of the SDK's shape whose requests are answered here. */
function clientOf(events: readonly unknown[]) {
  const apiClient = { getFetch: () => () => Promise.resolve(streamOf(eventsOf(events))) };
  return {
    models: {
      apiClient,
      async generateContentStream({ config }: { config?: { httpOptions?: { fetch?: typeof fetch } } }) {
        await config?.httpOptions?.fetch?.('http://localhost/');
        return (async function* () {})();
      },
    },
  };
}

/** A client that reads for itself. */
function readerOf(events: readonly unknown[]) {
  return {
    models: {
      generateContentStream: () =>
        Promise.resolve(
          (async function* () {
            for (const event of events) yield await Promise.resolve(event);
          })(),
        ),
      generateContent: () => Promise.resolve(events[0] as GeminiChunk),
    },
  };
}

const ours: Source = (...events) => fromGemini(clientOf(events), {});
const sdks: Source = (...events) => fromGemini(readerOf(events), {}, { reader: 'sdk' });
const sse: Source = (...events) =>
  fromSse('http://localhost/', {}, { fetch: () => Promise.resolve(streamOf(eventsOf(events))) });
const generated: Source = (...events) => fromGenerate(readerOf(events), {});
const replayed: Source = (...events) => replay({ exchanges: [{ response: { body: eventsOf(events) } }] });

const said = { candidates: [{ content: { parts: [{ text: 'ab' }] } }] };

describe.each([
  ['fromGemini', ours],
  ["fromGemini with the SDK's reader", sdks],
  ['fromSse', sse],
  ['fromGenerate', generated],
  ['replay', replayed],
])('JSON of another shape, from %s', (_, source) => {
  // A text is JSON only where it stands in an event.
  const shapes = otherShapes.map(([name, json, shape]): [string, unknown, string] => [name, json, shape]);

  it.each(shapes)('fails by itself on %s', async (__, json, shape) => {
    const event = typeof json === 'string' && source !== sdks && source !== generated ? JSON.stringify(json) : json;
    const { values, error } = await outcomeOf(source(event));
    expect(values).toEqual([]);
    expect(error).toMatchObject({ kind: 'protocol', retryable: false });
    const expected = source === generated ? 'a response of Gemini' : "an event of Gemini's stream";
    expect(error?.message).toBe(`Expected ${expected}, got ${shape}`);
  });

  it('fails after all that had arrived, also below `classifyErrors`', async () => {
    if (source === generated) return;
    const { values, error } = await outcomeOf(source(said, { response: said }).pipe(classifyErrors()));
    expect(values.map(({ text }) => text)).toEqual(['ab']);
    expect(error?.kind).toBe('protocol');
    expect(error?.partial?.text).toBe('ab');
  });

  it('is not an event without values, nor one with token counts only', async () => {
    const { values, error } = await outcomeOf(
      source({}, { usageMetadata: {} }, { candidates: [{ finishReason: 'STOP' }] }),
    );
    expect(error).toBeUndefined();
    expect(values[0]?.text).toBe('');
  });
});

const limited = { code: 429, message: 'quota exceeded', status: 'RESOURCE_EXHAUSTED' };

describe.each([
  ['fromGemini', ours],
  ['fromSse', sse],
  ['replay', replayed],
])('an error, from %s', (_, source) => {
  it('comes after the content beside it', async () => {
    const both = { ...said, usageMetadata: { totalTokenCount: 7 }, error: limited };
    const { values, error } = await outcomeOf(source(said, both).pipe(classifyErrors()));
    expect(values.map(({ text }) => text)).toEqual(['ab', 'ab']);
    expect(values[1]).not.toHaveProperty('error');
    expect(error).toMatchObject({ kind: 'rate_limit', status: 429 });
    expect(error?.partial).toMatchObject({ text: 'abab', usageMetadata: { totalTokenCount: 7 } });
  });

  it('comes after token counts beside it', async () => {
    const { values, error } = await outcomeOf(source({ usageMetadata: { totalTokenCount: 7 }, error: limited }));
    expect(values).toMatchObject([{ usageMetadata: { totalTokenCount: 7 } }]);
    expect(error?.kind).toBe('rate_limit');
  });

  it.each([
    ['with nothing beside it', { error: limited }],
    ['with fields of its own beside it', { error: limited, requestId: 'x' }],
    ['in a list', [{ error: limited }]],
    ['as text', JSON.stringify(JSON.stringify({ error: limited }))],
    ['in an envelope', { result: { error: limited } }],
    ['within another', { error: { code: 500, message: JSON.stringify({ error: limited }), status: 'INTERNAL' } }],
    ['without an `error`', limited],
  ])('is found %s', async (__, event) => {
    const { values, error } = await outcomeOf(source(event));
    expect(values).toEqual([]);
    expect(error).toMatchObject({ kind: 'rate_limit', status: 429 });
    expect(error?.message).toBe('Too many requests; wait and try again (429): quota exceeded');
  });
});

describe('fromSse', () => {
  it('keeps the text beside an error of the plain format', async () => {
    const { values, error } = await outcomeOf(sse({ text: 'a' }, { text: 'b', error: limited }));
    expect(values.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(error?.kind).toBe('rate_limit');
  });

  it('fails on an unknown format, even with `done` at its end', async () => {
    const { error } = await outcomeOf(sse({ content: 'Hi' }, { done: true }));
    expect(error).toMatchObject({ kind: 'protocol', retryable: false });
    expect(error?.message).toContain("'content'");
  });

  it('fails on a stream that has only events of other types, and names the first', async () => {
    const body =
      'event: message_start\ndata: {"type":"message_start"}\n\nevent: content_block_delta\ndata: {"a":1}\n\n';
    const { error } = await outcomeOf(
      fromSse('http://localhost/', {}, { fetch: () => Promise.resolve(streamOf(body)) }),
    );
    expect(error).toMatchObject({ kind: 'protocol', retryable: false });
    expect(error?.message).toContain("'message_start'");
  });

  it('ignores other fields once the format is known, and events of other types', async () => {
    const { values, error } = await outcomeOf(
      sse({ text: 'a' }, { sources: [1] }, { usage: { totalTokenCount: 3 } }, '[DONE]'),
    );
    expect(error).toBeUndefined();
    expect(values.map(({ text }) => text).join('')).toBe('a');
    expect(values).toContainEqual(expect.objectContaining({ usageMetadata: { totalTokenCount: 3 } }));
    const body = `event: ping\ndata: {"type":"ping"}\n\nevent: sources\ndata: {"a":1}\n\n${eventsOf([{ text: 'a' }, { done: true }])}`;
    const named$ = fromSse('http://localhost/', {}, { fetch: () => Promise.resolve(streamOf(body)) });
    expect((await lastValueFrom(named$.pipe(toArray()))).map(({ text }) => text).join('')).toBe('a');
  });

  it("reads a sink's chunk of any fields", async () => {
    const rich$ = new Response(
      await toSseResponse(of(chunk('a'), { text: '', mine: 1 } as GeminiChunk, finishChunk())).text(),
      { headers: { 'content-type': 'text/event-stream' } },
    );
    const { values, error } = await outcomeOf(
      fromSse('http://localhost/', {}, { fetch: () => Promise.resolve(rich$) }),
    );
    expect(error).toBeUndefined();
    expect(values).toContainEqual(expect.objectContaining({ mine: 1 }));
  });
});

it('is not a heartbeat of a proxy, from fromGemini', async () => {
  const body = `event: ping\ndata: {"type":"ping"}\n\n${eventsOf([said])}event: error\ndata: upstream is gone\n\n`;
  const exchange = { response: { body } };
  const { values, error } = await outcomeOf(replay({ exchanges: [exchange] }));
  expect(values.map(({ text }) => text)).toEqual(['ab']);
  expect(error).toMatchObject({ kind: 'unknown', message: 'The request failed: upstream is gone' });
});
