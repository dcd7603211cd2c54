import { describe, expect, it } from 'vitest';
import { readJsonText } from '../../src/chat/readJsonText.js';

const url = 'http://localhost/';
const post = (body: BodyInit | null, type = 'application/json') =>
  new Request(url, { method: 'POST', headers: { 'Content-Type': type }, body, duplex: 'half' } as RequestInit);

function endless() {
  let pulls = 0;
  let isCancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulls += 1;
      controller.enqueue(new Uint8Array(100).fill(0x20));
    },
    cancel() {
      isCancelled = true;
    },
  });
  return { stream, pulled: () => pulls, isCancelled: () => isCancelled };
}

describe('readJsonText with a web request', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/problem+json'])(
    'reads a body of the type %s',
    async (type) => {
      expect(await readJsonText(post('{"a":"é"}', type))).toBe('{"a":"é"}');
    },
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'text/plain;application/json', 'application/jsonp', 'x'])(
    'refuses a body of the type %s, and reads nothing of it',
    async (type) => {
      const { stream, pulled } = endless();
      const before = pulled();
      await expect(readJsonText(post(stream, type))).rejects.toMatchObject({
        kind: 'invalid_request',
        message: 'The media type of the request is not application/json',
      });
      expect(pulled() - before).toBeLessThanOrEqual(1);
    },
  );

  it('returns an empty text without a body', async () => {
    expect(await readJsonText(post(null))).toBe('');
  });

  it('reads a body as long as the limit, and refuses a longer one', async () => {
    expect(await readJsonText(post('"é"'), { maxBytes: 4 })).toBe('"é"');
    await expect(readJsonText(post('"éé"'), { maxBytes: 5 })).rejects.toMatchObject({
      kind: 'overflow',
      limit: 'size',
      message: 'The body of the request is longer than 5 bytes, the limit `maxBytes`',
    });
  });

  it('reads nothing after the limit, and leaves the connection open for the refusal', async () => {
    const { stream, pulled, isCancelled } = endless();
    await expect(readJsonText(post(stream), { maxBytes: 1_000 })).rejects.toMatchObject({ kind: 'overflow' });
    expect(pulled()).toBeLessThan(15);
    expect(isCancelled()).toBe(false);
  });

  it('fails if the body breaks off', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('A secret')),
    });
    await expect(readJsonText(post(stream))).rejects.toMatchObject({
      kind: 'network',
      message: 'The body of the request broke off',
    });
  });

  it('throws if the body has been read', async () => {
    const request = post('{}');
    await request.text();
    expect(() => readJsonText(request)).toThrow(
      new TypeError('Expected a `request` with a body that nobody has read yet'),
    );
  });

  it('throws if an argument is wrong', () => {
    expect(() => readJsonText({} as Request)).toThrow(TypeError);
    expect(() => readJsonText(post('{}'), { maxBytes: 0 })).toThrow(RangeError);
  });
});
