import { describe, expect, it } from 'vitest';
import { redact } from '../../src/errors/redact.js';

const key = 'AIzaSyA-1234567890_abcdefghijklmnopqrst';

describe('redact', () => {
  it.each([
    ['a key in a URL', `GET https://host/v1beta/models?alt=sse&key=secret-1&x=1`, 'secret-1'],
    ['a token in a URL', 'https://host/?access_token=secret-2', 'secret-2'],
    ['the header of the key', 'x-goog-api-key: secret-3', 'secret-3'],
    ['the header of the key in JSON', '{"x-goog-api-key":"secret-4"}', 'secret-4'],
    ['the header of the key in JSON in JSON', '{"message":"{\\"x-goog-api-key\\":\\"secret-5\\"}"}', 'secret-5'],
    ['a bearer token', 'Authorization: Bearer secret-6', 'secret-6'],
    ['a basic token', "authorization: 'Basic secret-7'", 'secret-7'],
    ['a token without a scheme', 'Authorization: secret-8 and so on', 'secret-8'],
    ['a bearer token without its header', 'sent bearer secret-9.and.a.signature', 'secret-9'],
    ['a bare key', `API key ${key} is wrong`, key],
    ['a bare key of the new form', 'API key AQ.Ab8RN6KzEXAMPLE_0123456789 is wrong', 'AQ.Ab8RN6KzEXAMPLE_0123456789'],
    ['a bare access token', 'got ya29.a0AfH6-SMB_x', 'ya29.a0AfH6-SMB_x'],
    ['a header that fetch refuses', 'Headers.append: "secret-10\nis this" is an invalid header value.', 'secret-10'],
  ])('takes out %s', (_, text, secret) => {
    const safe = redact(text);
    expect(safe).not.toContain(secret);
    expect(safe).toContain('[redacted]');
    expect(redact(safe)).toBe(safe);
  });

  it('leaves the rest of the text', () => {
    expect(redact(`GET https://host/?key=secret&alt=sse: "${key}"`)).toBe(
      'GET https://host/?key=[redacted]&alt=sse: "[redacted]"',
    );
    expect(redact('Headers.append: "a\nb" is an invalid header value.')).toBe(
      'Headers.append: [redacted] is an invalid header value.',
    );
  });

  it.each([
    '',
    'The model is overloaded.',
    'API key not valid. Please pass a valid API key.',
    '{"maxOutputTokens":5}',
    'Invalid bearer token',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });
});
