import { describe, expect, it } from 'vitest';
import { stripControls } from '../../src/errors/stripControls.js';
import { safeExcerpt } from '../../src/errors/safeExcerpt.js';
import { redact } from '../../src/errors/redact.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { growth, linear } from '../support/growth.js';

/** What patterns begin with, and what they go on with, over and over. */
const units = [
  'x',
  ' ',
  '\n',
  '1',
  '.',
  '-',
  '=',
  ':',
  '%',
  '%25',
  '%3D',
  'a%3D',
  '"',
  '\\',
  '"\\',
  '{',
  '[',
  '<',
  ' <',
  '@',
  '//',
  '://',
  'a://b',
  ' //',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  'Headers.a: ',
  ' is an invalid header value',
  'key=',
  'key=a ',
  'token',
  'api key ',
  'apiKey:',
  'api_key"',
  'x-',
  'x-key',
  'x-a-token:',
  'secret:[',
  'secret:{',
  'secret:"',
  'secret:\\"',
  'password ',
  'cookie:a',
  'cookie:a=b;',
  'set-cookie',
  'authorization:',
  'authorization: digest ',
  'authorization"',
  'bearer ',
  'basic ',
  'Basic A',
  'eyJ',
  'eyJaaaaa.',
  'AIza',
  'AQ.',
  'ya29.',
  'sk-',
  'sig=',
  '?code=',
  '\u001B[',
  '\u001B[0',
  '\u001B]',
  '\u009B',
  '\u009D',
  '\u202E',
  '漢',
  '👍',
];

describe.each(units)('a text of %j', (unit) => {
  /** Made once: to make it takes longer than to look at its beginning. */
  const texts = new Map<number, string>();
  const textOf = (size: number) => {
    const text = texts.get(size) ?? unit.repeat(Math.ceil(size / unit.length));
    texts.set(size, text);
    return text;
  };

  it('is redacted in time linear in its length', async () => {
    expect(await growth(4_000, (size) => redact(textOf(size)))).toBeLessThan(linear);
  });

  it('is excerpted, and stripped of commands, in time linear in its length', async () => {
    expect(await growth(20_000, (size) => stripControls(textOf(size)))).toBeLessThan(linear);
    expect(await growth(50_000, (size) => safeExcerpt(textOf(size)))).toBeLessThan(linear);
  });

  it('is fast as the message of an error of a megabyte', async () => {
    const work = (size: number) => toGeminiError(new Error(textOf(size)));
    expect(await growth(250_000, work)).toBeLessThan(linear);
    expect(work(1_000_000).message.length).toBeLessThan(600);
  });
});

describe('the cause of an error', () => {
  it('is searched once, for any number of copies of the error', () => {
    let reads = 0;
    const cause = Object.defineProperty(new Error('no'), 'request', {
      get: () => {
        reads += 1;
        return { url: 'http://host' };
      },
    });
    let error = toGeminiError(cause);
    const once = reads;
    expect(once).toBeGreaterThan(0);
    for (let times = 0; times < 10; times++) error = new GeminiError('no', { kind: 'server', cause: error.cause });
    for (let times = 0; times < 10; times++) error = new GeminiError('no', { kind: 'server', cause: error });
    expect(reads).toBe(once);
  });

  it('keeps the lines of its stack when its message is cut', () => {
    const { cause } = toGeminiError(new TypeError('a long message '.repeat(100_000)));
    const { message, stack } = cause as Error;
    expect(message.length).toBeLessThan(20_000);
    expect(stack?.length).toBeLessThan(40_000);
    expect(stack).toContain('linearTime.test.ts');
  });

  it('is cut if it has too much text', () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => `${String(index)} ${'word '.repeat(200)}`);
    const { cause } = toGeminiError(Object.assign(new Error('no'), { lines }));
    expect(JSON.stringify(cause).length).toBeLessThan(300_000);
  });
});
