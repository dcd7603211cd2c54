import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { functionCallsOf } from '../../src/chunk/functionCallsOf.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiResponse } from '../../src/chunk/response.js';
import { usageOf } from '../../src/chunk/readers.js';
import type { Recording } from '../../src/emulator/replayRecording.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { recordedExchanges } from '../support/recordings.js';

type Response = Recording['exchanges'][number]['response'];

async function replay(name: string, { status, headers, body }: Response, reader: 'direct' | 'sdk') {
  const { ai } = await emulate({ status, headers, body: String(body) }, {}, isVertex(name));
  return outcomeOf(fromGemini(ai, params, { reader }));
}

/** The responses that a recorded body holds: a plain reading of it, as an oracle. */
function eventsOf({ body }: Response): GeminiResponse[] {
  const lines = String(body)
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'));
  return lines.map((line) => JSON.parse(line.slice(5)) as GeminiResponse);
}

/** The SDK reads the answers of the two services differently. */
function isVertex(name: string): boolean {
  return /vertex/i.test(name);
}

describe.each(recordedExchanges())('%s', (name, { response }) => {
  it("reads directly all that the SDK's own reader returns, and the data that it loses", async () => {
    const [direct, sdk] = await Promise.all([replay(name, response, 'direct'), replay(name, response, 'sdk')]);
    const [read, known] = [direct, sdk].map(({ values }) => (isVertex(name) ? values : values.map(withoutSdkLosses)));
    // An event without a blank line, or an error's body that shares a packet: the SDK loses it.
    expect(read?.slice(0, known?.length)).toEqual(known);
    if (sdk.error === undefined) expect(read).toEqual(known);
    if (direct.error === undefined && sdk.error) expect(sdk.error.kind).toBe('truncated');
  });

  it('merges into all its text, calls and usage', async () => {
    const { values } = await replay(name, response, 'direct');
    const events = eventsOf(response);
    const whole = values.reduce((builder, chunk) => builder.append(chunk), new ChunkBuilder()).snapshot();
    const parts = events.flatMap((event) => event.candidates?.[0]?.content?.parts ?? []);
    expect(whole.text).toBe(parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join(''));
    expect(functionCallsOf(whole).map((call) => call.name)).toEqual(
      parts.flatMap((part) => part.functionCall?.name ?? []),
    );
    expect(usageOf(whole)).toEqual(usageIn(events));
  });
});

describe.each(recordedExchanges())('%s', (name, { response }) => {
  it('fails with the kind in its name', async () => {
    const { status, headers, body } = response;
    const { ai } = await emulate({ status, headers, body: String(body) }, {}, isVertex(name));
    const { error } = await outcomeOf(fromGemini(ai, params).pipe(classifyErrors()));
    expect(error?.kind).toBe(expectedKind(name));
    if (error) expect(error.partial).toBeDefined();
  });
});

function expectedKind(name: string): string | undefined {
  if (name.includes('prompt-blocked')) return 'blocked';
  if (name.includes('finish-reason-safety')) return 'safety';
  if (name.includes('recitation')) return 'recitation';
  if (name.includes('own-failure')) return 'overloaded';
  if (name.includes('error-mid-stream')) return 'server';
  if (name.includes('http-error')) return 'invalid_request';
  if (name.includes('with_error')) return 'not_found';
  return undefined;
}

function usageIn(events: readonly GeminiResponse[]): object | undefined {
  const reported = events.flatMap((event) => event.usageMetadata ?? []);
  return reported.length === 0 ? undefined : (Object.assign({}, ...reported) as object);
}

/** A chunk without unknown fields, which the SDK drops on the Gemini Developer API: see `docs/design.md`. */
function withoutSdkLosses({
  text,
  candidates,
  promptFeedback,
  usageMetadata,
  modelVersion,
  responseId,
}: GeminiChunk): object {
  return {
    text,
    promptFeedback,
    usageMetadata,
    modelVersion,
    responseId,
    candidates: candidates?.map(
      ({ index, content, finishReason, safetyRatings, citationMetadata, groundingMetadata }) => ({
        index,
        content,
        finishReason,
        safetyRatings,
        citationMetadata,
        groundingMetadata,
      }),
    ),
  };
}
