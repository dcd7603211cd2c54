import { describe, expect, it } from 'vitest';
import { continueFrom } from '../../src/sources/continueFrom.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { chunk } from '../../src/testing/chunks.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

const partial = chunk('Once upon a ti');

const said = { role: 'model', parts: [{ text: 'Once upon a ti' }] };

const question = { role: 'user', parts: [{ text: 'Hello' }] };

const options = { instruction: 'Go on.' };

const goOn = { role: 'user', parts: [{ text: 'Go on.' }] };

describe('continueFrom on real sockets', () => {
  it('makes parameters that the SDK accepts and sends', async () => {
    const { ai, emulator } = await emulate('me.');
    expect((await outcomeOf(fromGemini(ai, continueFrom(params, partial, options)))).isComplete).toBe(true);
    expect(emulator.requests[0]?.body).toMatchObject({ contents: [question, said, goOn] });
  });
});
