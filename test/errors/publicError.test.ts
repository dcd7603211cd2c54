import { describe, expect, it } from 'vitest';
import { GeminiError } from '../../src/errors/geminiError.js';
import { publicError } from '../../src/errors/publicError.js';
import { chunk } from '../../src/testing/chunks.js';

describe('publicError', () => {
  it('keeps the fields that a client can act on', () => {
    const error = new GeminiError('secret', {
      kind: 'rate_limit',
      retryAfter: 12_000,
      status: 429,
      finishReason: 'OTHER',
      blockReason: 'SAFETY',
      partial: chunk('secret'),
      cause: new Error('secret'),
    });
    expect(publicError(error)).toEqual({
      kind: 'rate_limit',
      message: 'Too many requests; wait and try again',
      retryable: true,
      retryAfter: 12_000,
      status: 429,
      finishReason: 'OTHER',
      blockReason: 'SAFETY',
    });
  });

  it.each([
    ['an error of ours', new GeminiError('secret', { kind: 'server', retryable: false })],
    ['an error of somebody else', Object.assign(new Error('secret'), { code: 'ECONNRESET', secret: 'secret' })],
    ["the SDK's", Object.assign(new Error('{"error":{"message":"secret","code":500}}'), { status: 500 })],
    ['a string', 'secret'],
    ['an object', { message: 'secret', kind: 'secret' }],
    ['nothing', undefined],
  ])('never quotes %s', (_, cause) => {
    const text = JSON.stringify(publicError(cause));
    expect(text).not.toContain('secret');
    expect(JSON.parse(text)).toMatchObject({ message: expect.stringMatching(/^[A-Z][a-z ;]+$/) as string });
  });

  it.each([
    ['size', 'The request or the reply is too large'],
    ['depth', 'The request or the reply is nested too deep'],
    ['steps', 'The reply took too many steps'],
    ['memory', 'Too much of the reply waits for a slow reader'],
  ] as const)('names the limit of an overflow: %s', (limit, message) => {
    expect(publicError(new GeminiError('secret', { kind: 'overflow', limit }))).toEqual({
      kind: 'overflow',
      message,
      retryable: false,
      limit,
    });
    expect(publicError(new GeminiError('secret', { kind: 'server', limit })).message).not.toBe(message);
  });

  it('has a general sentence for an unknown limit', () => {
    expect(publicError(new GeminiError('secret', { kind: 'overflow' })).message).toBe(
      'A limit of the server was reached',
    );
  });

  it.each(['quota', 'rate_limit'] as const)('advises to wait only where that helps: %s', (kind) => {
    const { message } = publicError(new GeminiError('secret', { kind }));
    expect(/\b(?:wait|try again|later|today)\b/.test(message)).toBe(kind === 'rate_limit');
  });

  it('has a sentence for an unknown kind of another version', () => {
    const error = Object.assign(new GeminiError('secret', { kind: 'unknown' }), { kind: 'new_kind' });
    expect(publicError(error)).toEqual({ kind: 'new_kind', message: 'The reply failed', retryable: false });
  });
});
