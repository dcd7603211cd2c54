import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { finalResponse } from '../../../operators/show/finalResponse.js';
import { fallback } from '../../../operators/protect/fallback.js';
import { apiError } from '../../../src/emulator/apiError.js';
import { fromGemini } from '../../../src/sources/fromGemini.js';
import { emulate, params } from '../../support/emulate.js';
import { outcomeOf } from '../../support/outcome.js';

describe('fallback on real sockets', () => {
  it('makes one request to each model of a real server', async () => {
    const { ai, emulator } = await emulate(({ model }) =>
      model === 'first' ? { error: apiError({ code: 503 }) } : { text: 'Hello' },
    );
    const ask = (model: string) => fromGemini(ai, { ...params, model }).pipe(classifyErrors());
    const { values: seen } = await outcomeOf(fallback([ask('first'), ask('second')]).pipe(finalResponse()));
    expect(seen.map(({ text, modelVersion }) => [text, modelVersion])).toEqual([['Hello', 'second']]);
    expect(emulator.requests.map(({ model }) => model)).toEqual(['first', 'second']);
  });
});
