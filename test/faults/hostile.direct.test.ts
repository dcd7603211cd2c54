import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { accumulate } from '../../operators/show/accumulate.js';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { shareReply } from '../../operators/share/shareReply.js';
import { functionCallsOf } from '../../src/chunk/functionCallsOf.js';
import { partsOf, textOf } from '../../src/chunk/readers.js';
import { outcomeOf } from '../support/outcome.js';
import { eventOf, fromBody, inPackets, saying, turns } from './support.js';

const limit = 64 * 1024 * 1024;

/** A body that says the beginning once, and the rest for ever. */
function endless(beginning: string, rest: string) {
  const first = Buffer.from(beginning);
  const packet = Buffer.from(rest);
  const account = { bytes: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      // As from a socket: each packet in a turn of its own, or nobody else would have one.
      await turns(1);
      const bytes = account.bytes === 0 ? first : packet;
      account.bytes += bytes.length;
      controller.enqueue(bytes);
    },
    cancel() {
      account.isCancelled = true;
    },
  });
  return { body, account };
}

const packet = 1024 * 1024;

describe('an event that never ends', () => {
  it.each([
    ['on one line', 'data: {"text":"', 'a'.repeat(packet)],
    ['on ever more lines', 'data: [\n', `data: ${'a'.repeat(packet)}\n`],
    ['in a comment', ': ', 'a'.repeat(packet)],
    ['in the name of a field', 'a', 'a'.repeat(packet)],
    ['in characters of three bytes', 'data: ', '漢'.repeat(packet / 4)],
    ['on lines without a word', 'data:\n', 'data:\n'.repeat(packet / 8)],
    ['in ever more names', 'id: 1\n', `id: ${'1'.repeat(packet)}\nevent: x\n`],
  ])('%s is an overflow at the limit, and its body is cancelled', async (_, beginning, rest) => {
    const { body, account } = endless(eventOf(saying('Hello')) + beginning, rest);
    const { values, error } = await outcomeOf(fromBody(body));
    expect(values.map((chunk) => chunk.text)).toEqual(['Hello']);
    expect(error).toMatchObject({ kind: 'overflow', limit: 'size' });
    expect(error?.retryable).toBe(false);
    expect(error?.message.length).toBeLessThan(200);
    expect(account.isCancelled).toBe(true);
    expect(account.bytes).toBeGreaterThanOrEqual(limit);
    // A packet or two are read ahead.
    expect(account.bytes).toBeLessThan(limit + 4 * packet);
  });

  it('as bare lines is an error long before that', async () => {
    const { body, account } = endless('{\n', ' "error": {},\n'.repeat(1_000));
    expect((await outcomeOf(fromBody(body))).error?.kind).toBe('protocol');
    expect(account.isCancelled).toBe(true);
    expect(account.bytes).toBeLessThan(limit / 16);
  });
});

describe('a packet that is larger than an event may be', () => {
  it('is read if its events are within the limit', async () => {
    const event = eventOf(saying('a'.repeat(packet)));
    const body = new Blob(Array.from({ length: 70 }, () => event)).stream() as ReadableStream<Uint8Array>;
    const { values } = await outcomeOf(fromBody(body));
    expect(values).toHaveLength(70);
  });
});

describe('bare lines', () => {
  it('that each close a bracket take linear time', async () => {
    // Tried as JSON at each line, this takes minutes.
    const body = `[\n${'[\n]\n,\n'.repeat(50_000)}`;
    expect((await outcomeOf(fromBody(body))).error?.kind).toBe('truncated');
  });
});

describe('a body without an end', () => {
  it('of comments is read until its reader unsubscribes, and is not held', async () => {
    const { body, account } = endless(eventOf(saying('Hello')), ': still here\n\n'.repeat(1_000));
    const subscription = fromBody(body).subscribe();
    while (account.bytes < packet) await turns(1);
    subscription.unsubscribe();
    await turns(1);
    expect(account.isCancelled).toBe(true);
  });
});

describe('an event that ends with CR', () => {
  it.each(['\r\r', '\r\n\r'])('passes at once, though an LF may still come, after %j', async (delimiter) => {
    const body = Buffer.from(eventOf(saying('Hello')).replace('\n\n', delimiter));
    const silent = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(body) });
    const chunk = await firstValueFrom(fromBody(silent));
    expect(chunk.text).toBe('Hello');
  });
});

describe('a chunk', () => {
  const count = 10_000;

  async function read(response: unknown) {
    const { values, error } = await outcomeOf(fromBody(eventOf(response)).pipe(classifyErrors(), accumulate()));
    if (error) throw error;
    const [reply] = values;
    expect(values).toHaveLength(1);
    if (!reply) throw new Error('No chunk has come');
    return reply;
  }

  const withParts = (parts: readonly object[]) => ({
    candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
  });

  it('of 10 000 texts has all their text', async () => {
    const reply = await read(withParts(Array.from({ length: count }, (_, index) => ({ text: `${index} ` }))));
    expect(reply.text.split(' ')).toHaveLength(count + 1);
  });

  it('of 10 000 calls has all of them', async () => {
    const calls = Array.from({ length: count }, (_, index) => ({ functionCall: { name: 'call', args: { index } } }));
    const reply = await read(withParts(calls));
    expect(functionCallsOf(reply).map((call) => call.args)).toEqual(calls.map((part) => part.functionCall.args));
  });

  it('with 1 000 candidates has all of them, in order', async () => {
    const candidates = Array.from({ length: 1_000 }, (_, index) => ({
      content: { parts: [{ text: `answer ${index}` }] },
      finishReason: 'STOP',
      index,
    }));
    const reply = await read({ candidates: candidates.toReversed() });
    expect(reply.text).toBe('answer 0');
    expect(reply.candidates).toHaveLength(1_000);
    expect(textOf(reply, 999)).toBe('answer 999');
  });

  /** An event of this depth: the call's arguments are at level 8. */
  const deepEvent = (depth: number, call = '"name":"dig"') => {
    const args = `{"deep":${'['.repeat(depth - 8)}${']'.repeat(depth - 8)}}`;
    const parts = `[{"functionCall":{${call},"args":${args}}},{"text":"done"}]`;
    return `data: {"candidates":[{"content":{"parts":${parts}},"finishReason":"STOP"}]}\n\n`;
  };

  it('that is nested 1 000 deep is read', async () => {
    const { values, error } = await outcomeOf(fromBody(deepEvent(1_000)).pipe(classifyErrors(), accumulate()));
    expect(error).toBeUndefined();
    expect(values[0]?.text).toBe('done');
  });

  it.each([
    ['1 001', deepEvent(1_001)],
    ['10 000', deepEvent(10_000)],
    ['100 000', deepEvent(100_000)],
    ['100 000, in a list', `data: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n\n`],
    ['100 000, and broken off', deepEvent(100_000).slice(0, 90_000)],
    ['100 000, as bare JSON', deepEvent(100_000).slice('data: '.length)],
    ['100 000, as an error event', `event: error\ndata: ${'{"error":'.repeat(100_000)}1${'}'.repeat(100_000)}\n\n`],
  ])('that is nested %s deep is an overflow that names the depth', async (_, body) => {
    const { values, error } = await outcomeOf(fromBody(eventOf(saying('a')) + body).pipe(shareReply()));
    expect(values.map((chunk) => chunk.text)).toEqual(['a']);
    expect(error).toMatchObject({ kind: 'overflow', limit: 'depth', retryable: false });
    expect(error?.message).toBe('An event is nested deeper than 1000 levels, the limit');
  });

  it('whose arguments come by a path of 100 000 names keeps them under the spelling of that path', async () => {
    const jsonPath = `$${'.a'.repeat(100_000)}`;
    const call = { name: 'dig', partialArgs: [{ jsonPath, numberValue: 1 }] };
    const reply = await read(withParts([{ functionCall: call }]));
    expect(functionCallsOf(reply)[0]?.args).toEqual({ [jsonPath]: 1 });
  });

  it.each([
    ['halves of a character', 'a\ud83d', '\ude00b', '\ud83d'],
    ['NUL', '\0', 'a\0b', '\0'],
    ['separators that are no line ends', '\u2028', '\u2029\u0085\v\f', '\u001c'],
  ])('with %s passes unchanged', async (_, ...said) => {
    const body = said.map((text, index) => eventOf(saying(text, index === 2 ? 'STOP' : undefined))).join('');
    const { values } = await outcomeOf(fromBody(inPackets(Buffer.from(body), [1, 7])).pipe(classifyErrors()));
    expect(values.map((chunk) => chunk.text)).toEqual(said);
  });

  it('that is not UTF-8 has replacement characters, and no character is lost', async () => {
    const [before, after] = eventOf(saying('a|b', 'STOP')).split('|') as [string, string];
    const bytes = Buffer.concat([Buffer.from(before), Uint8Array.of(0xff, 0xed, 0xa0), Buffer.from(after)]);
    const { values } = await outcomeOf(fromBody(inPackets(bytes, [1])));
    expect(values.map((chunk) => chunk.text)).toEqual(['a\ufffd\ufffd\ufffdb']);
  });
});

describe('a key `__proto__`', () => {
  const evil = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}';
  const body = [
    `data: {${evil},"usageMetadata":{${evil},"totalTokenCount":1},"promptFeedback":{${evil}},`,
    `"candidates":[{${evil},"index":0,"content":{${evil},"parts":[{${evil},"text":"a"},`,
    `{"functionCall":{${evil},"name":"f","args":{${evil}}}},`,
    '{"functionCall":{"name":"g","willContinue":true,"partialArgs":[{"jsonPath":"$.__proto__.polluted","boolValue":true}]}},',
    '{"functionCall":{"partialArgs":[{"jsonPath":"$.constructor.prototype.polluted","boolValue":true}]}}]}}]}\n\n',
    eventOf(saying('b', 'STOP')),
  ].join('');

  it('changes no prototype', async () => {
    const { values } = await outcomeOf(fromBody(body).pipe(accumulate()));
    const reply = values.at(-1);
    expect(reply?.text).toBe('ab');
    expect({}).not.toHaveProperty('polluted');
    expect(Object.getPrototypeOf(reply)).toBe(Object.prototype);
    for (const part of partsOf(reply!)) expect(Object.getPrototypeOf(part)).toBe(Object.prototype);
    for (const { args = {} } of functionCallsOf(reply!)) expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(reply?.usageMetadata)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(reply?.candidates?.[0])).toBe(Object.prototype);
  });

  it('in the body of an error changes no prototype', async () => {
    const broken = `data: {"error":{${evil},"code":503,"details":[{${evil}}]}}\n\n`;
    const { error } = await outcomeOf(fromBody(broken).pipe(classifyErrors()));
    expect(error).toMatchObject({ kind: 'overloaded' });
    expect({}).not.toHaveProperty('polluted');
    expect(error).not.toHaveProperty('polluted');
  });
});
