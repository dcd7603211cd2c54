import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { finalResponse } from '../../../operators/show/finalResponse.js';
import { stopWhen } from '../../../operators/protect/stopWhen.js';
import { fromGemini } from '../../../src/sources/fromGemini.js';
import { emulate, params } from '../../support/emulate.js';

describe('stopWhen on real sockets', () => {
  it('closes the request', async () => {
    const { ai, emulator } = await emulate({ chunks: ['Hello, ', 'world'], stallAfter: { chunks: 1 } });
    const reply = await lastValueFrom(fromGemini(ai, params).pipe(stopWhen({ maxChars: 5 }), finalResponse()));
    expect(reply).toMatchObject({ text: 'Hello', stopped: { reason: 'maxChars' } });
    const [request] = emulator.requests;
    await request?.closed;
    expect(request).toMatchObject({ closedEarly: true, finished: false });
  });
});
