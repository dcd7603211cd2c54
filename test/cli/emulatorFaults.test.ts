import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/commandLine.js';
import { faultyReply, type FaultOptions } from '../../src/cli/emulatorFaults.js';
import type { EmulatorRequest } from '../../src/emulator/exchange.js';

const request = {} as EmulatorRequest;

/** The answers of some requests. */
async function answers(options: FaultOptions, count: number): Promise<unknown[]> {
  const reply = faultyReply(options)(() => 'Hello');
  const results: unknown[] = [];
  for (let at = 0; at < count; at += 1) results.push(await reply(request));
  return results;
}

describe('faultyReply', () => {
  it('changes nothing without a fault', async () => {
    expect(await answers({}, 2)).toEqual(['Hello', 'Hello']);
  });

  it('fails each request, with the wait that it asks for', async () => {
    const [first, second] = await answers({ fail: '429', 'retry-delay': '1500' }, 2);
    expect(first).toMatchObject({
      error: { error: { code: 429, details: [{ retryDelay: '1.5s' }] } },
      headers: { 'Retry-After': '2' },
    });
    expect(second).toEqual(first);
  });

  it('fails every few requests', async () => {
    const results = await answers({ fail: '503', every: '3' }, 7);
    expect(results.map((result) => result === 'Hello')).toEqual([true, true, false, true, true, false, true]);
  });

  it('breaks the connection, in turn with an error', async () => {
    const drop = { text: 'Hello', dropAfter: { chunks: 2 } };
    expect(await answers({ 'drop-after': '2' }, 1)).toEqual([drop]);
    expect(await answers({ 'drop-after': '2', fail: '500', every: '2' }, 6)).toMatchObject([
      'Hello',
      { error: { error: { code: 500 } } },
      'Hello',
      drop,
      'Hello',
      { error: {} },
    ]);
  });

  it.each<[FaultOptions, RegExp]>([
    [{ fail: '200' }, /--fail to be a whole number from 400 to 599, got '200'/],
    [{ fail: 'x' }, /--fail/],
    [{ fail: '429', 'retry-delay': '-1' }, /--retry-delay/],
    [{ 'retry-delay': '1' }, /Expected --fail with --retry-delay/],
    [{ every: '5' }, /Expected --fail or --drop-after with --every/],
    [{ fail: '429', every: '0' }, /--every/],
    [{ fail: '429', every: '1.5' }, /--every to be a whole number/],
    [{ 'drop-after': '' }, /--drop-after/],
  ])('refuses %j', (options, message) => {
    expect(() => faultyReply(options)).toThrow(UsageError);
    expect(() => faultyReply(options)).toThrow(message);
  });
});
