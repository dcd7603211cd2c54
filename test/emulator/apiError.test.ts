import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { apiError } from '../../src/emulator/apiError.js';
import { start } from './wire.js';

describe('apiError', () => {
  it.each([
    [400, 'INVALID_ARGUMENT'],
    [404, 'NOT_FOUND'],
    [418, 'FAILED_PRECONDITION'],
    [429, 'RESOURCE_EXHAUSTED'],
    [499, 'CANCELLED'],
    [502, 'UNKNOWN'],
    [503, 'UNAVAILABLE'],
  ])('maps %i to the canonical name %s', (code, status) => {
    const { error } = apiError({ code });
    expect(error).toMatchObject({ code, status });
    expect(error.message).toMatch(/\.$/);
    expect(error).not.toHaveProperty('details');
  });

  it('has details for the retry delay, the quota, the reason and more', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.Help' }];
    const options = {
      code: 429,
      status: 'S',
      message: 'M',
      retryDelay: 34_400,
      quotaId: 'PerDay',
      reason: 'R',
      details,
    };
    expect(apiError(options)).toEqual({
      error: {
        code: 429,
        status: 'S',
        message: 'M',
        details: [
          ...details,
          expect.objectContaining({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'R' }),
          {
            '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
            violations: [expect.objectContaining({ quotaId: 'PerDay' })],
          },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' },
        ],
      },
    });
  });

  it('is the error that the SDK throws', async () => {
    const error = apiError({ code: 429, retryDelay: 31_000 });
    const emulator = await start({ reply: ({ index }) => (index === 0 ? { error } : 'Here I am.') });
    const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
    const ask = () => ai.models.generateContent({ model: 'M', contents: 'Hi' });
    await expect(ask()).rejects.toMatchObject({ status: 429, message: JSON.stringify(error) });
    expect((await ask()).text).toBe('Here I am.');
  });

  it.each([
    [{ code: 200 }, 'Expected `code` to be a whole number from 400 to 599, got 200'],
    [{ code: 429, retryDelay: -1 }, 'Expected `retryDelay` to be a non-negative number of ms, got -1'],
  ])('throws at the call for %j', (options, message) => {
    expect(() => apiError(options)).toThrow(new RangeError(message));
  });
});
