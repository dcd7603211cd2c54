import { format, inspect } from 'node:util';
import vm from 'node:vm';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { ReplyInteraction } from '../../src/chunk/annotations.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import {
  GeminiError,
  isGeminiError,
  withContext,
  withPartial,
  type GeminiErrorJson,
} from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { chunk, partsChunk } from '../../src/testing/chunks.js';

const secret = 'AIzaSyA-1234567890_abcdefghijklmnopqrst';

describe('GeminiError', () => {
  it('is an Error with a name, a message, a stack and its given fields', () => {
    const cause = new Error('first');
    const error = new GeminiError('No.', { kind: 'server', status: 500, retryAfter: 0, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'GeminiError',
      message: 'No.',
      kind: 'server',
      status: 500,
      retryAfter: 0,
      cause,
    });
    expect(error.stack).toMatch(/^GeminiError: No\.\n.*geminiError\.test\.ts/);
    expect(Object.keys(error).sort()).toEqual(['kind', 'retryAfter', 'retryable', 'status']);
  });

  it('is retryable by its kind, unless `retryable` is given', () => {
    expect(new GeminiError('', { kind: 'network' }).retryable).toBe(true);
    expect(new GeminiError('', { kind: 'network', retryable: false }).retryable).toBe(false);
    expect(new GeminiError('', { kind: 'auth' }).retryable).toBe(false);
    expect(new GeminiError('', { kind: 'auth', retryable: undefined }).retryable).toBe(false);
  });

  it('has no own cause if it was made without', () => {
    expect(Object.hasOwn(new GeminiError('', { kind: 'auth' }), 'cause')).toBe(false);
  });

  it('is not retryable if its partial is of an interaction that continues in the background', () => {
    const of = (interaction: ReplyInteraction, retryable?: boolean) =>
      new GeminiError('No.', { kind: 'network', retryable, partial: { text: '', interaction } }).retryable;
    const running = { id: 'v1_a', status: 'in_progress', cursor: '0', background: true };
    expect([of(running), of(running, true)]).toEqual([false, false]);
    expect([of({ ...running, id: '' }), of({ ...running, background: false })]).toEqual([true, true]);
    const error = new GeminiError('No.', { kind: 'network' });
    expect(withPartial(error, { text: '', interaction: running }).retryable).toBe(false);
  });

  it('has its name and its mark from the first error of a copy of the package', async () => {
    vi.resetModules();
    const copy = await import('../../src/errors/geminiError.js');
    const first = new copy.GeminiError('No.', { kind: 'auth' });
    expect(first.stack).toMatch(/^GeminiError: No\.\n/);
    expect(isGeminiError(first)).toBe(true);
    expect(Object.keys(first)).toEqual(['kind', 'retryable']);
  });

  it('has a JSON form without the cause, the stack and the partial', () => {
    const error = new GeminiError('No.', {
      kind: 'safety',
      status: 200,
      retryAfter: 5,
      finishReason: 'SAFETY',
      blockReason: 'OTHER',
      partial: chunk('a'),
      cause: new Error('first'),
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'GeminiError',
      message: 'No.',
      kind: 'safety',
      retryable: false,
      status: 200,
      retryAfter: 5,
      finishReason: 'SAFETY',
      blockReason: 'OTHER',
    });
    expect(new GeminiError('No.', { kind: 'auth' }).toJSON()).toEqual({
      name: 'GeminiError',
      message: 'No.',
      kind: 'auth',
      retryable: false,
    });
    expectTypeOf(error.toJSON()).toEqualTypeOf<GeminiErrorJson>();
  });

  it('never holds a key: in its message, its JSON form, or a print of the error and its causes', () => {
    const cause = new TypeError('fetch failed', { cause: new Error(`x-goog-api-key: ${secret}`) });
    const error = new GeminiError(`no key=${secret}`, { kind: 'auth', cause });
    for (const printed of [error.message, String(error), error.stack, JSON.stringify(error), inspect(error)]) {
      expect(printed).toContain('[redacted]');
      expect(printed).not.toContain(secret);
    }
    const refused = toGeminiError(new TypeError('Headers.append: "my-key\n" is an invalid header value.'));
    expect(inspect(refused)).not.toContain('my-key');
  });
});

describe('a log of an error', () => {
  const reply = 'what the model told this user';
  const error = new GeminiError('It broke off', { kind: 'truncated', partial: chunk(reply) });
  const filled = withPartial(new GeminiError('It broke off', { kind: 'truncated' }), chunk(reply));

  it.each<[string, unknown]>([
    ['the error', error],
    ['one that was filled in', filled],
    ['a copy with changes', withContext(error, { retryable: false })],
    ['the cause of another', new GeminiError('No.', { kind: 'unknown', cause: error })],
    ['the cause of any error', new Error('No.', { cause: error })],
    ['the cause of a cause', toGeminiError(new TypeError('No.', { cause: new Error('No.', { cause: error }) }))],
    ['one of several', new AggregateError([error, filled], 'No.')],
    ['one of several, as a cause', new GeminiError('No.', { kind: 'unknown', cause: new AggregateError([error]) })],
    ['a cause that had to be copied', toGeminiError(new Error(`key=${secret}`, { cause: error }))],
    ['a field', toGeminiError(Object.assign(new Error(`key=${secret}`), { errors: { first: error } }))],
  ])('does not show the reply: %s', (_, logged) => {
    const clone = structuredClone(logged);
    for (const printed of [
      inspect(logged, { depth: 20 }),
      format('%o', logged),
      JSON.stringify(logged),
      inspect(clone),
    ]) {
      expect(printed).not.toContain(reply);
    }
    expect(String(logged)).not.toContain(reply);
    expect(JSON.stringify({ ...(logged as object) })).not.toContain(reply);
  });

  it('still has the partial when it is read', () => {
    expect([error.partial, filled.partial]).toEqual([chunk(reply), chunk(reply)]);
  });
});

describe('isGeminiError', () => {
  it('recognises errors of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('../../src/errors/geminiError.js');
    const foreign = new copy.GeminiError('No.', { kind: 'server' });
    expect(foreign).not.toBeInstanceOf(GeminiError);
    expect(isGeminiError(foreign)).toBe(true);
    expect(toGeminiError(foreign)).toBe(foreign);
    expect(withPartial(foreign, chunk('a'))).toMatchObject({ kind: 'server', partial: chunk('a') });
  });

  it.each([[undefined], [null], ['GeminiError'], [new Error('No.')], [{ name: 'GeminiError', kind: 'server' }]])(
    'rejects %s',
    (value) => {
      expect(isGeminiError(value)).toBe(false);
    },
  );

  it('narrows the type', () => {
    const value: unknown = new GeminiError('No.', { kind: 'server' });
    if (isGeminiError(value)) expectTypeOf(value).toEqualTypeOf<GeminiError>();
  });
});

describe('withPartial', () => {
  it('copies the error with the partial, and does not change the original', () => {
    const error = new GeminiError('No.', {
      kind: 'server',
      retryable: false,
      retryAfter: 5,
      status: 500,
      finishReason: 'STOP',
      blockReason: 'OTHER',
      cause: new Error('first'),
    });
    const filled = withPartial(error, chunk('a'));
    expect({ ...filled.toJSON(), partial: filled.partial }).toEqual({ ...error.toJSON(), partial: chunk('a') });
    expect(filled.cause).toBe(error.cause);
    expect(filled.stack).toBe(error.stack);
    expect(error).not.toHaveProperty('partial');
  });

  it('never replaces a partial that has content', () => {
    const error = new GeminiError('No.', { kind: 'server', partial: chunk('a') });
    expect(withPartial(error, chunk('ab'))).toBe(error);
  });

  it('completes a partial without content, whose fields are later than those that arrived', () => {
    const place = (cursor: string) => ({ interaction: { id: 'v1_a', status: 'in_progress', cursor } });
    const error = new GeminiError('No.', { kind: 'server', partial: { text: '', responseId: '2', ...place('2') } });
    const arrived = { ...chunk('ab'), responseId: '1', modelVersion: 'm', ...place('1') };
    const once = withPartial(error, arrived);
    expect(once.partial).toEqual({ ...chunk('ab'), responseId: '2', modelVersion: 'm', ...place('2') });
    expect(withPartial(once, arrived)).toBe(once);
    expect(error.partial).toEqual({ text: '', responseId: '2', ...place('2') });
  });

  it('repeats nothing if it is called twice without content', () => {
    const signature = partsChunk([{ text: '', thought: true, thoughtSignature: 's' }]);
    for (const arrived of [signature, { text: '', responseId: '1' }, emptyChunk]) {
      const once = withPartial(new GeminiError('No.', { kind: 'server', partial: { text: '' } }), arrived);
      expect(once.partial).toEqual(arrived);
      expect(withPartial(once, arrived).partial).toEqual(arrived);
    }
  });

  it('accepts any chunk', () => {
    expectTypeOf(withPartial).parameter(1).toEqualTypeOf<GeminiChunk>();
  });
});

describe('withContext', () => {
  it('copies every field, the stack and the cause of an error of any copy of the package', async () => {
    vi.resetModules();
    const other = await import('../../src/errors/geminiError.js');
    const init = {
      kind: 'overflow',
      retryable: true,
      retryAfter: 5,
      status: 500,
      finishReason: 'STOP',
      blockReason: 'OTHER',
      limit: 'size',
      partial: chunk('a'),
      cause: new Error('first'),
    } as const;
    for (const error of [new GeminiError('No.', init), new other.GeminiError('No.', init)]) {
      const copy = withContext(error, { status: 503 });
      expect(copy).toBeInstanceOf(GeminiError);
      expect(copy.toJSON()).toEqual({ ...error.toJSON(), status: 503 });
      expect(copy.partial).toEqual(chunk('a'));
      expect(Object.keys(copy)).not.toContain('partial');
      expect(copy.cause).toBe(error.cause);
      expect(copy.stack).toBe(error.stack);
      expect(error.status).toBe(500);
    }
  });

  it('removes a field that is replaced by undefined', () => {
    const error = new GeminiError('No.', { kind: 'server', status: 500 });
    expect(withContext(error, { status: undefined })).not.toHaveProperty('status');
  });
});

it('toGeminiError accepts an error of another realm', () => {
  const foreign: unknown = vm.runInNewContext("new TypeError('fetch failed')");
  expect(foreign).not.toBeInstanceOf(Error);
  expect(toGeminiError(foreign)).toMatchObject({ kind: 'network', cause: foreign });
});
