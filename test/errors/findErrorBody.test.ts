import { describe, expect, it } from 'vitest';
import { findErrorBody } from '../../src/errors/findErrorBody.js';

const busy = { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' };
const google = { error: busy };
const text = (value: unknown, ...indent: number[]) => JSON.stringify(value, null, ...indent);

describe('findErrorBody', () => {
  it.each<[name: string, json: unknown, expected: object]>([
    ["Google's JSON", { error: { code: 503 } }, { code: 503 }],
    ['a list of one', [{ error: { code: 503 } }], { code: 503 }],
    ['a list in which it comes later', [{ candidates: [] }, google], busy],
    ["a proxy's own", { error: 'no route' }, { message: 'no route' }],
    [
      'a framework',
      { statusCode: 404, error: 'Not Found', message: 'There is no reply x' },
      { code: 404, message: 'There is no reply x' },
    ],
    ['a flag', { error: true, message: 'boom' }, { message: 'boom' }],
    ['a number', { error: 503, message: 'boom' }, { code: 503, message: 'boom' }],
    ['several errors', { errors: [{ message: 'first' }, { message: 'second' }] }, { message: 'first' }],
    ['a status without an `error` around it', busy, busy],
    ['a problem by RFC 9457', { type: 'about:blank', title: 'Busy', status: 503 }, { code: 503, message: 'Busy' }],
    ['an empty error', { error: {} }, {}],
    ['an error beside a reply', { candidates: [{ index: 0 }], ...google }, busy],
  ])('finds the error of %s', (_, json, expected) => {
    expect(findErrorBody(json)).toMatchObject(expected);
    expect(Object.keys(findErrorBody(json) ?? {}).sort()).toEqual(
      expect.arrayContaining(Object.keys(expected).sort()) as unknown,
    );
  });

  const outer = { code: 500, status: 'INTERNAL' };
  it.each<[name: string, json: unknown]>([
    ['text', text(google)],
    ['text of text', text(text(google))],
    ['the message', { error: { ...outer, message: text(google) } }],
    ['the message, indented', { error: { ...outer, message: text(google, 2) } }],
    ['the message, in a list', { error: { ...outer, message: text([google]) } }],
    ['the message, without an `error` around it', { error: { ...outer, message: text(busy) } }],
    ['the message, after words', { error: { ...outer, message: `got status: UNAVAILABLE. ${text(google)}` } }],
    ['the message, between words', { error: { ...outer, message: `Upstream: ${text(google)} (request 7)` } }],
    [
      'the message of a message',
      { error: { ...outer, message: text({ error: { ...outer, message: text(google) } }) } },
    ],
    ['an error', { error: google }],
    ['an error of an error', { error: { ...outer, error: { error: google } } }],
    ['a text as the error', { error: text(google) }],
    ['a text as the error of a framework', { statusCode: 500, error: 'Error', message: text(google) }],
    ['a cause', { error: { ...outer, message: 'failed', cause: google } }],
    ['the details', { error: { ...outer, message: 'failed', details: text(google) } }],
    ['the detail', { detail: google }],
    ['the detail as text', { detail: text(google) }],
    ['a body', { statusCode: 500, body: text(google) }],
    ['a response', { message: 'failed', response: { status: 500, data: google } }],
    ['an envelope', { result: { data: google }, traceId: 't' }],
    ['raw metadata', { error: { code: 500, message: 'Provider returned error', metadata: { raw: text(google) } } }],
    ['an inner error', { error: { ...outer, message: 'failed', innererror: busy } }],
    ['a list of errors', { errors: [{ message: text(google) }] }],
    ['the extensions of GraphQL', { errors: [{ message: 'failed', extensions: { upstream: google } }] }],
    ['a payload', { payload: google }],
    ['an exception', { exception: google }],
    ['a reason', { ok: false, reason: text(google) }],
    ['a message with a capital letter', { Message: text(google) }],
    ['escaped text between words', { error: { ...outer, message: `503: "${text(text(google)).slice(1, -1)}"` } }],
    [
      "Python's form",
      {
        error: {
          ...outer,
          message: `503 UNAVAILABLE. {'error': {'code': 503, 'message': 'The model is overloaded.', 'status': 'UNAVAILABLE', 'retry': None, 'why': "it's busy", 'x': 'a "b" \\'c\\''}}`,
        },
      },
    ],
  ])('opens %s', (_, json) => {
    expect(findErrorBody(json)).toMatchObject(busy);
  });

  it('completes the inner error by fields that only the outer error has', () => {
    const details = [{ retryDelay: '3s' }];
    const inner = { error: { message: 'The model is overloaded.' } };
    expect(findErrorBody({ error: { code: 503, message: text(inner), details } })).toEqual({
      code: 503,
      message: 'The model is overloaded.',
      details,
    });
    const status = { error: { status: 'UNAVAILABLE', details: [{ a: 1 }] } };
    expect(findErrorBody({ error: { code: 500, message: 'failed', details, error: status } })).toEqual({
      status: 'UNAVAILABLE',
      message: 'failed',
      details: [{ a: 1 }, ...details],
    });
  });

  it.each([
    [undefined],
    [null],
    ['error'],
    [7],
    [[]],
    [{}],
    [{ candidates: [] }],
    [{ error: null }],
    [{ error: '' }],
    [{ error: false }],
    [{ error: [] }],
    [[null]],
    [{ message: 'Hello' }],
    [{ text: 'a', status: 'UNAVAILABLE' }],
    [{ text: 'a', data: google }],
    [{ candidates: [{ index: 0 }], metadata: { raw: text(google) } }],
    [{ text: 'a', status: 'UNAVAILABLE', message: 'boom' }],
    [{ code: 200, message: 'OK' }],
    [{ candidates: [{ content: { parts: [{ text: text(google) }] } }] }],
    [{ candidates: [{ index: 0 }], error: {} }],
    [{ text: text(google) }],
    ['Expected {"error": "x"}'],
  ])('finds no error in %j', (body) => {
    expect(findErrorBody(body)).toBeUndefined();
  });

  it('opens a bounded number of levels, lists and texts, in bounded time', () => {
    let deep: unknown = google;
    for (let level = 0; level < 100_000; level += 1) deep = { error: { message: 'no', error: deep } };
    expect(findErrorBody(deep)).toMatchObject({ message: 'no' });
    let wide: unknown = google;
    for (let level = 0; level < 6; level += 1) wide = text({ error: { message: wide } });
    expect(findErrorBody(wide)).toBeDefined();
    const list = Array.from({ length: 1_000_000 }, () => ({}));
    expect(findErrorBody(list)).toBeUndefined();
    expect(findErrorBody({ error: { message: '{'.repeat(5_000_000) } })).toBeDefined();
  });

  it('ends in a circle', () => {
    const circle: Record<string, unknown> = { message: 'boom' };
    for (const name of ['error', 'cause', 'response', 'data', 'body']) circle[name] = circle;
    expect(findErrorBody(circle)).toMatchObject({ message: 'boom' });
  });
});
