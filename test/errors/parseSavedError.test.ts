import { describe, expect, it } from 'vitest';
import { errorFromJson, parseSavedError } from '../../src/errors/parseSavedError.js';
import { isGeminiError } from '../../src/errors/geminiError.js';
import { parsePublicError } from '../../src/errors/parseServerError.js';

const right = {
  name: 'GeminiError',
  kind: 'rate_limit',
  message: 'Too many',
  retryable: true,
  retryAfter: 5,
  status: 429,
};

describe('parseSavedError', () => {
  it('restores an error', () => {
    const full = { ...right, finishReason: 'STOP', blockReason: 'OTHER', kind: 'overflow', limit: 'depth' };
    expect(errorFromJson(full).toJSON()).toEqual(full);
    expect(parsePublicError({ error: full }, {})?.toJSON()).toEqual(full);
  });

  it.each<[string, object, object]>([
    ['retryable', { retryable: 'yes' }, { retryable: true }],
    ['a text as retryAfter', { retryAfter: 'soon' }, { retryAfter: undefined }],
    ['a negative retryAfter', { retryAfter: -1 }, { retryAfter: undefined }],
    ['a retryAfter that is no number', { retryAfter: Number.NaN }, { retryAfter: undefined }],
    ['a huge retryAfter', { retryAfter: 1e300 }, { retryAfter: 2 ** 31 - 1 }],
    ['an endless retryAfter', { retryAfter: Infinity }, { retryAfter: 2 ** 31 - 1 }],
    ['a status out of range', { status: 7 }, { status: undefined }],
    ['a status with a fraction', { status: 429.5 }, { status: undefined }],
    ['a text as status', { status: '429' }, { status: undefined }],
    ['an object as finishReason', { finishReason: {} }, { finishReason: undefined }],
    ['a long finishReason', { finishReason: 'X'.repeat(5_000) }, { finishReason: 'X'.repeat(100) }],
    ['a blockReason that commands a terminal', { blockReason: '\u001B[2JX' }, { blockReason: 'X' }],
    ['a limit of its own', { limit: 'constructor' }, { limit: undefined }],
    ['a kind of its own', { kind: 'constructor' }, { kind: 'unknown', retryable: true }],
    ['a kind and nothing else', { kind: '__proto__', retryable: undefined }, { kind: 'unknown', retryable: false }],
  ])('omits invalid fields: %s', (_, wrong, taken) => {
    const error = errorFromJson({ ...right, ...wrong });
    const fields = error as unknown as Record<string, unknown>;
    for (const [field, value] of Object.entries(taken)) expect(fields[field]).toBe(value);
  });

  it.each<[string, unknown]>([
    ['no object', 7],
    ['null', null],
    ['a list', []],
    ['no message', { kind: 'server' }],
    ['a message that is none', { kind: 'server', message: {} }],
    ['what is inherited only', Object.create(right)],
  ])('makes an unknown failure of JSON that is %s', (_, json) => {
    expect(parseSavedError(json)).toBeUndefined();
    expect(errorFromJson(json)).toMatchObject({ kind: 'unknown', message: 'The reply failed' });
  });

  it('restores only fields: no function, no cause, no prototype', () => {
    const hostile: unknown = JSON.parse(
      JSON.stringify(right).replace(
        '{',
        '{"toJSON":1,"then":1,"cause":{"apiKey":"x"},"stack":"x","__proto__":{"a":1},',
      ),
    );
    const error = errorFromJson(hostile);
    expect(JSON.parse(JSON.stringify(error))).toEqual(right);
    expect(isGeminiError(error)).toBe(true);
    expect(Object.keys(error).sort()).toEqual(['kind', 'retryAfter', 'retryable', 'status']);
    expect([error.cause, 'a' in error, error.stack === 'x']).toEqual([undefined, false, false]);
  });

  it('cuts the message, and removes secrets and terminal commands', () => {
    const { message } = errorFromJson({ ...right, message: `key=abc \u001B]0;x\u0007\u202E${'y'.repeat(100_000)}` });
    expect(message.startsWith('key=[redacted] yyy')).toBe(true);
    expect(message.length).toBeLessThan(2_100);
  });

  it('parsePublicError returns undefined for an unknown kind, or if it is nested too deep', () => {
    expect(parsePublicError({ ...right, kind: 'constructor' }, {})).toBeUndefined();
    expect(parsePublicError({ error: { error: right } }, {})?.kind).toBe('rate_limit');
    const ring: Record<string, unknown> = {};
    ring['error'] = ring;
    expect(parsePublicError(ring, {})).toBeUndefined();
  });
});
