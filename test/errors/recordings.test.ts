import { describe, expect, it } from 'vitest';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { outcomeError } from '../../src/errors/outcomeError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { recordedExchanges } from '../support/recordings.js';

/** What the names of the recordings say; all others succeed. */
const kinds: readonly [part: string, kind: string][] = [
  ['prompt-blocked', 'blocked'],
  ['finish-reason-safety', 'safety'],
  ['recitation', 'recitation'],
  ['own-failure-error-mid-stream', 'overloaded'],
  ['vertexai-streaming-failure-error-mid-stream', 'server'],
  ['http-error', 'invalid_request'],
  ['Send_message_stream_with_error', 'not_found'],
];

describe.each(recordedExchanges())('%s', (name, { response }) => {
  const body = String(response.body);
  const status = response.status ?? 200;

  it('fails with the kind in its name, or does not fail', () => {
    const kind = kinds.find(([part]) => name.includes(part))?.[1];
    const error = thrownFor(status, body) ?? outcomeError(replyOf(body));
    expect(error?.kind).toBe(kind);
    if (error) expect(error.message).toMatch(/^[A-Z][^\n<{]+$/);
  });
});

/** The error that the SDK throws for a response, with the body as JSON or as other text. */
function thrownFor(status: number, body: string): GeminiError | undefined {
  const inStream = /^\{\s*"error"[^]*/m.exec(body)?.[0];
  if (inStream === undefined) return undefined;
  const { error } = JSON.parse(inStream) as { error: { code: number; status: string } };
  const messages =
    status >= 400
      ? [JSON.stringify({ error }), JSON.stringify({ error: { message: body, code: status, status: '' } })]
      : [`got status: ${error.status}. ${JSON.stringify({ error })}`];
  const errors = messages.map((message) =>
    toGeminiError(Object.assign(new Error(message), { name: 'ApiError', status: error.code })),
  );
  for (const each of errors) expect(each.toJSON()).toEqual(errors[0]?.toJSON());
  return errors[0];
}

function replyOf(body: string) {
  const events = body.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  return events
    .reduce((builder, line) => builder.append(toChunk(JSON.parse(line.slice(5)) as object)), new ChunkBuilder())
    .snapshot();
}
