import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { resumeOnDrop } from '../../../operators/protect/resumeOnDrop.js';
import { retryTransient } from '../../../operators/protect/retryTransient.js';
import { continueFrom } from '../../../src/sources/continueFrom.js';
import { fromGemini } from '../../../src/sources/fromGemini.js';
import { emulate, params } from '../../support/emulate.js';
import { outcomeOf } from '../../support/outcome.js';

describe('resumeOnDrop on real sockets', () => {
  it('continues a reply that a server dropped', async () => {
    const pieces = ['Once ', 'upon a ', 'ti'];
    const { ai, emulator } = await emulate(({ index }) =>
      index === 0 ? { chunks: [...pieces, 'gone'], dropAfter: { chunks: 3 } } : index === 1 ? { status: 503 } : 'me.',
    );
    const ask = (request: typeof params) =>
      fromGemini(ai, request).pipe(classifyErrors(), retryTransient({ delay: 1 }));
    const { values: chunks, isComplete } = await outcomeOf(
      ask(params).pipe(
        resumeOnDrop({
          continueWith: (partial) => fromGemini(ai, continueFrom(params, partial)).pipe(retryTransient({ delay: 1 })),
        }),
      ),
    );
    expect(chunks.map(({ text }) => text).join('')).toBe('Once upon a time.');
    expect(chunks.flatMap(({ resumed }) => resumed ?? [])).toEqual([{ attempt: 1, kind: 'truncated' }]);
    expect(isComplete).toBe(true);
    expect(emulator.requests[2]?.body).toMatchObject({
      contents: [
        { role: 'user', parts: [{ text: 'Hello' }] },
        { role: 'model', parts: [{ text: 'Once upon a ti' }] },
        { role: 'user' },
      ],
    });
  });
});
