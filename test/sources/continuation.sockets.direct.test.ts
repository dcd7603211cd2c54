import { describe, expect, it } from 'vitest';
import { usageOf } from '../../src/chunk/readers.js';
import type { EmulatorAnswer } from '../../src/emulator/scenario.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

/** A chunk of text, with more fields of its candidate. */
function said(text: string, more: object = {}): Record<string, unknown> {
  return { candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0, ...more }] };
}

const pause = (continuationToken: string, usageMetadata?: object): Record<string, unknown> => ({
  candidates: [{ index: 0, finishReason: 'CONTINUATION', continuationToken }],
  ...(usageMetadata && { usageMetadata }),
});

/** Serves one answer a request, and reads all of it. */
async function read(answers: readonly EmulatorAnswer[], config: object = {}) {
  const { ai, emulator } = await emulate(({ index }) => answers[index] ?? 'unexpected');
  const outcome = await outcomeOf(fromGemini(ai, { ...params, config }));
  const tokens = emulator.requests.map(({ body }) => (body as { continuationToken?: string }).continuationToken);
  return { ...outcome, text: outcome.values.map((chunk) => chunk.text).join(''), tokens };
}

describe('a reply in several requests', () => {
  it('arrives as one reply, without the finish reasons in between', async () => {
    const { text, values, tokens, isComplete } = await read([
      [said('one, '), pause('t1')],
      [said('two, '), pause('t2')],
      [said('three', { finishReason: 'STOP' })],
    ]);
    expect(text).toBe('one, two, three');
    expect(values.flatMap((chunk) => chunk.candidates?.[0]?.finishReason ?? [])).toEqual(['STOP']);
    expect(tokens).toEqual([undefined, 't1', 't2']);
    expect(isComplete).toBe(true);
  });

  it('adds up its token counts', async () => {
    const { values } = await read([
      [
        said('one, '),
        pause('t1', {
          promptTokenCount: 5,
          candidatesTokenCount: 10,
          totalTokenCount: 15,
          promptTokensDetails: [{ modality: 'TEXT', tokenCount: 5 }],
        }),
      ],
      [
        {
          ...said('two', { finishReason: 'STOP' }),
          usageMetadata: {
            promptTokenCount: 5,
            candidatesTokenCount: 1,
            totalTokenCount: 6,
            promptTokensDetails: [
              { modality: 'TEXT', tokenCount: 4 },
              { modality: 'IMAGE', tokenCount: 1 },
            ],
          },
        },
      ],
    ]);
    expect(values.flatMap((chunk) => usageOf(chunk) ?? []).at(-1)).toEqual({
      promptTokenCount: 10,
      candidatesTokenCount: 11,
      totalTokenCount: 21,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 9 },
        { modality: 'IMAGE', tokenCount: 1 },
      ],
    });
  });

  it('is not continued with `automaticContinuation: false`', async () => {
    const { values, tokens } = await read([[said('one, '), pause('t1')]], { automaticContinuation: false });
    expect(values.at(-1)?.candidates?.[0]?.finishReason).toBe('CONTINUATION');
    expect(tokens).toEqual([undefined]);
  });

  it('ends when the server pauses with a token that was already used', async () => {
    const { values, tokens } = await read([[said('one, '), pause('t1')], [pause('t1')]]);
    expect(values.at(-1)?.candidates?.[0]?.finishReason).toBe('CONTINUATION');
    expect(tokens).toEqual([undefined, 't1']);
  });
});

describe('a reply that drops', () => {
  const drop = { dropAfter: { chunks: 1 } };

  it('is resumed if no content came after the last token', async () => {
    const { text, tokens, isComplete } = await read([
      { chunks: [said('one, ', { continuationToken: 't1' }), said('never sent')], ...drop },
      [said('two', { finishReason: 'STOP' })],
    ]);
    expect(text).toBe('one, two');
    expect(tokens).toEqual([undefined, 't1']);
    expect(isComplete).toBe(true);
  });

  it('is truncated if content came after the last token, and no request is repeated', async () => {
    const chunks = [said('one, ', { continuationToken: 't1' }), said('two, '), said('never sent')];
    const { text, error, tokens } = await read([{ chunks, dropAfter: { chunks: 2 } }]);
    expect(text).toBe('one, two, ');
    expect(error).toMatchObject({ kind: 'truncated', cause: { kind: 'truncated' } });
    expect(tokens).toEqual([undefined]);
  });

  it('is truncated, too, if the response ends without an error there', async () => {
    const { error } = await read([[said('one, ', { continuationToken: 't1' }), said('two, ')]]);
    expect(error?.kind).toBe('truncated');
  });

  it('fails after three resumptions without progress', async () => {
    const first = { chunks: [said('one, ', { continuationToken: 't1' }), said('never sent')], ...drop };
    const silent = { chunks: [said('never sent')], dropAfter: { chunks: 0 } };
    const { error, tokens } = await read([first, silent, silent, silent, silent]);
    expect(error?.kind).toBe('truncated');
    expect(tokens).toEqual([undefined, 't1', 't1', 't1', 't1']);
  });

  it('fails with the original error if there is no token', async () => {
    const { error, tokens } = await read([{ chunks: [said('one, '), said('never sent')], ...drop }]);
    expect(error).toMatchObject({ kind: 'truncated' });
    expect(tokens).toEqual([undefined]);
  });

  it('fails at once if the server refuses to resume', async () => {
    const { error, tokens } = await read([
      { chunks: [said('one, ', { continuationToken: 't1' }), said('never sent')], ...drop },
      { status: 400 },
    ]);
    expect(error).toMatchObject({ kind: 'invalid_request', status: 400 });
    expect(tokens).toEqual([undefined, 't1']);
  });
});
