import { concat, of, throwError, type Observable, type OperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { withCost } from '../../operators/measure/withCost.js';
import { withMetrics } from '../../operators/measure/withMetrics.js';
import { withProgress } from '../../operators/show/withProgress.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { chunk } from '../../src/testing/chunks.js';

const usageMetadata = { promptTokenCount: 100, candidatesTokenCount: 20 };
const paid = chunk('a', { usageMetadata });

const operators: Readonly<Record<string, OperatorFunction<GeminiChunk, GeminiChunk>>> = {
  cost: withCost({ pricePerMillion: { input: 1e6, output: 2e6 } }),
  metrics: withMetrics(),
  progress: withProgress({ expectedTokens: 40 }),
};

const expected: Readonly<Record<string, object>> = {
  cost: { input: 100, cached: 0, output: 40, thoughts: 0, total: 140, estimated: false },
  metrics: { chunks: 1, chars: 1, outputTokens: 20 },
  progress: { phase: 'answering', percent: 50, outputTokens: 20, estimated: false },
};

function failureOf(reply$: Observable<GeminiChunk>): unknown {
  let failure: unknown;
  reply$.subscribe({ error: (cause: unknown) => (failure = cause) });
  return failure;
}

function failing(cause: unknown): Observable<GeminiChunk> {
  return concat(
    of(paid),
    throwError(() => cause),
  );
}

describe.each(Object.entries(operators))('a failure below the operator that adds %s', (name, operator) => {
  it('has the annotation in its partial', () => {
    const failure = failureOf(failing(new Error('boom')).pipe(classifyErrors(), operator)) as GeminiError;
    expect(failure.partial).toMatchObject({ text: 'a', usageMetadata, [name]: expected[name] });
    expect(JSON.parse(JSON.stringify(failure.partial))).toEqual(failure.partial);
  });

  it('keeps everything else', () => {
    const cause = new Error('boom');
    const partial = { ...paid, cost: 1, metrics: 2, progress: 3, own: 4 } as unknown as GeminiChunk;
    const error = new GeminiError('No.', {
      kind: 'quota',
      status: 429,
      retryAfter: 9,
      retryable: false,
      cause,
      partial,
    });
    const failure = failureOf(failing(error).pipe(operator)) as GeminiError;
    expect(failure).not.toBe(error);
    expect(failure.toJSON()).toEqual(error.toJSON());
    expect(failure.cause).toBe(cause);
    expect(failure.stack).toBe(error.stack);
    expect({ ...failure.partial, [name]: undefined }).toEqual({ ...partial, [name]: undefined });
    expect(error.partial).toEqual(partial);
  });

  it('is the error itself if that has no reply', () => {
    const causes = [new GeminiError('No.', { kind: 'server' }), new Error('boom'), 'boom', undefined, null];
    for (const cause of causes) expect(failureOf(failing(cause).pipe(operator))).toBe(cause);
  });
});

it('has the annotations of all operators, each with its last value', () => {
  const reply$ = failing(new Error('boom')).pipe(classifyErrors());
  const failure = failureOf(Object.values(operators).reduce((above$, operator) => above$.pipe(operator), reply$));
  expect((failure as GeminiError).partial).toMatchObject(expected);
});
