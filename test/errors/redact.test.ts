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
    ['a password in a URL', 'connect ECONNREFUSED https://user:s-11@proxy:8080', 's-11'],
    ['a password in an encoded URL', 'GET /?to=https%3A%2F%2Fuser%3As-12%40proxy%2F&a=1', 's-12'],
    ['a token in a URL as the user', 'https://s-13@host/path', 's-13'],
    ['a cookie', 'sent Cookie: sid=s-14; theme=s-14b', 's-14'],
    ['a cookie in JSON', '{"set-cookie":["sid=s-15; Path=/","b=s-15c"]}', 's-15'],
    ['a cookie in JSON in JSON', '{\\"cookie\\":\\"sid=s-16; b=s-16c\\"}', 's-16'],
    ['a password in JSON', '{"password": "s-17 and more"}', 's-17 and more'],
    ['a password with a quote in it', '{"password": "s-18\\"more"}', 'more'],
    ['a password as inspect spells it', "{ password: 's-19 x', user: 'u' }", 's-19'],
    ['a password in a sentence', 'login failed for password=s-20', 's-20'],
    ['a client secret', 'client_secret=s-21&grant_type=x', 's-21'],
    ['a client secret in camel case', '{"clientSecret":"s-22"}', 's-22'],
    ['credentials', '{"credentials":{"private":"s-23","b":["s-23c"]}}', 's-23'],
    ['a header of its own kind', 'x-auth-token: s-24', 's-24'],
    ['another', '{"x-proxy-auth":"s-25"}', 's-25'],
    ['and another', 'X-Access-Token: s-26\r\nAccept: *', 's-26'],
    ['the header of a proxy', 'Proxy-Authorization: Basic czI3OnB3', 'czI3OnB3'],
    ['a digest', 'Authorization: Digest username="u", response="s-28"', 's-28'],
    ['an API key in camel case', "{ apiKey: 's-29' }", 's-29'],
    ['an API key in snake case', 'api_key: s-30', 's-30'],
    ['an API key in an env file', 'GEMINI_API_KEY=s-31', 's-31'],
    ['an API key that is a header of other services', '{"x-api-key":"s-32"}', 's-32'],
    ['an API key in the headers of Azure', 'Ocp-Apim-Subscription-Key: s-33', 's-33'],
    ['raw headers', "[ 'x-goog-api-key', 's-34', 'accept', '*' ]", 's-34'],
    ['an element of XML', '<ApiKey>s-35</ApiKey>', 's-35'],
    ['a signature of Azure', 'https://host/?sv=1&sig=s-36%3D&x=1', 's-36'],
    ['a signature of Google', 'https://host/?X-Goog-Signature=s37&X-Goog-Credential=s37', 's37'],
    ['a signature of Amazon', 'https://host/?X-Amz-Security-Token=s38&X-Amz-Signature=s38', 's38'],
    ['a code of OAuth', 'https://host/callback?code=s-39&state=s-39', 's-39'],
    ['an encoded key', 'GET /?redirect=%2Fv1%3Fkey%3Ds-40%26a%3D1', 's-40'],
    ['a key that is encoded twice', 'GET /?redirect=%252Fv1%253Fkey%253Ds-41', 's-41'],
    ['encoded JSON', 'GET /?q=%7B%22api_key%22%3A%22s-42%22%7D', 's-42'],
    ['a JWT', 'rejected eyJhbGciOi.s-43.x', 's-43'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIs44\n-----END PRIVATE KEY-----\n', 'MIIs44'],
    ['a private key that is cut off', '"-----BEGIN RSA PRIVATE KEY-----\\nMIIs45', 'MIIs45'],
    ['a short bearer token', 'sent bearer s-46_abc', 's-46_abc'],
    ['basic credentials without a header', 'sent Basic czQ3OnB3czQ3', 'czQ3OnB3czQ3'],
    ['an OAuth client secret', 'got GOCSPX-s48s48s48s48', 's48s48'],
    ['a refresh token', '{"refresh_token":"1//s-49"}', 's-49'],
    ['a token that looks like one', 'token: s50abcdefghijklmnop', 's50abc'],
    ['a key that is quoted before, without its name', 'got s52abcdefghij, so key=s52abcdefghij is wrong', 's52abc'],
    ['what comes after a cookie', 'cookie: a=b; Authorization: Digest username="u", response="s-53"', 's-53'],
    ['a key behind a word', 'apikey s54abcdefghijklmn', 's54abc'],
    ['a key behind its name and a verb', 'GOOGLE_API_KEY is "s55abcdefghijklmn"', 's55abc'],
    ['a key that a server quotes', 'Incorrect API key provided: s56abcdefghijklmn.', 's56abc'],
    ['a key in quotes', "the key 's57abcdefghijklmn' was rejected", 's57abc'],
    ['an argument of a command', 'curl --api-key s58 https://host', 's58'],
    ['a user of a command', 'curl -u user:s59 https://host', 's59'],
    ['an element of XML with an attribute', '<apiKey type="x">s60</apiKey>', 's60'],
    ['a session', 'JSESSIONID=s61', 's61'],
    ['a session beside others', 'x=1, session=s62', 's62'],
    ['a text of a web page', '{&quot;apiKey&quot;:&quot;s63&quot;}', 's63'],
    ['a hook of Slack', 'https://hooks.slack.com/services/T0/B0/s64', 's64'],
    ['a token of Hugging Face', 'got hf_s65abcdefghijklmnop', 's65'],
    ['a token of GitLab', 'got glpat-s66abcdefghijklmn', 's66'],
    ['a key that a control character cuts', 'key=s51\u001B[0mabc', 'abc'],
  ])('redacts %s', (_, text, secret) => {
    const safe = redact(text);
    expect(safe).not.toContain(secret);
    expect(safe).toContain('[redacted]');
    expect(redact(safe)).toBe(safe);
  });

  it('keeps the rest of the text', () => {
    expect(redact(`GET https://host/?key=secret&alt=sse: "${key}"`)).toBe(
      'GET https://host/?key=[redacted]&alt=sse: "[redacted]"',
    );
    expect(redact('Headers.append: "a\nb" is an invalid header value.')).toBe(
      'Headers.append: [redacted] is an invalid header value.',
    );
  });

  it.each([
    'The credentials: file was not found',
    'Expected key=value',
    'credentials: these are stale',
    'Cookie: policy changed',
    'secret: access denied',
    'password: minimum length is 8',
    'api_key: string expected',
    'cookie: blocked by the browser',
    'use the --api-key flag',
    'The token gemini-2-5-flash-preview-9 is a model',
    'The key thinking-budget-tokens is unknown',
    'max_output_tokens: 8192 is too large',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736',
  ])('does not change %s', (sentence) => {
    expect(redact(sentence)).toBe(sentence);
  });

  it('cuts a long text, with a possible half of a secret', () => {
    const text = 'word '.repeat(4_000);
    expect(redact(text).length).toBeLessThan(16_384);
    for (let before = 16_340; before < 16_400; before++) {
      expect(redact(`${'x '.repeat(before / 2)}${key}${' x'.repeat(10_000)}`)).not.toContain('AIza');
    }
  });

  it.each([
    '',
    'The model is overloaded.',
    'API key not valid. Please pass a valid API key.',
    '{"maxOutputTokens":5}',
    'Invalid bearer token',
    'API key: not valid',
    'No API key: set GEMINI_API_KEY',
    'No API key: set GEMINI_API_KEY or pass `apiKey`',
    'GEMINI_API_KEY is not set',
    'No GEMINI_API_KEY: this is the embedded emulator, not a model.',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    'token count: 12, max output tokens: 100',
    'maxOutputTokens=100&candidateCount=2',
    'error code=429, state=failed',
    'key: value',
    'Unknown name "key": Cannot find field.',
    'The key "signature" was not expected; keys: a, b',
    'Unexpected token: } in JSON at position 4',
    'Unexpected token \'<\', "<!DOCTYPE" is not valid JSON',
    'Use bearer authentication, not basic authentication',
    'This needs authorization, then a project',
    'authorization: required',
    'The URL has a user name or a password: send an `Authorization` header instead',
    'Invalid password: too short',
    'Could not load the default credentials. Browse to https://cloud.google.com/docs to see how.',
    'connect ECONNREFUSED 127.0.0.1:8080',
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    'Write to help@example.com or see //example.com/@user',
    'https://unpkg.com/rxjs@7.8.1',
    "* GenerateContentRequest.contents[0].parts: must have one initialized field; got 'text=%41'",
    'Quota exceeded for quota metric: generate_requests_per_model_per_day, limit: 0',
    'a 100% increase%3F',
    'author: me, sigma=2, monkey: 3, passwords are never sent',
  ])('does not change %j', (text) => {
    expect(redact(text)).toBe(text);
  });
});
