import { runInNewContext } from 'node:vm';
import { of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { inspectReply } from '../../operators/measure/inspectReply.js';
import { smoothText } from '../../operators/show/smoothText.js';
import { stopWhen } from '../../operators/protect/stopWhen.js';
import { isRegExp } from '../../src/rx/isRegExp.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { chunk } from '../../src/testing/chunks.js';
import { outcomeOf } from '../support/outcome.js';

/** Makes something in another realm. */
const elsewhere = (code: string): unknown => runInNewContext(code, { URL });

describe('an option from another realm', () => {
  const pattern = elsewhere('/,/') as RegExp;

  it('may be a pattern', async () => {
    expect(pattern instanceof RegExp).toBe(false);
    expect([isRegExp(pattern), isRegExp(/,/), isRegExp(','), isRegExp({ source: ',' }), isRegExp(null)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    const reply$ = of(chunk('a,b'));
    expect((await outcomeOf(reply$.pipe(bufferChunks({ until: pattern })))).values.map(({ text }) => text)).toEqual([
      'a,',
      'b',
    ]);
    expect((await outcomeOf(reply$.pipe(smoothText({ by: pattern })))).error).toBeUndefined();
    expect((await outcomeOf(reply$.pipe(stopWhen({ pattern })))).error).toBeUndefined();
  });

  it('may be a URL', async () => {
    const url = { href: 'http://localhost/chat', toString: () => 'http://localhost/chat' } as URL;
    const seen: unknown[] = [];
    const fetch = (input: unknown) => {
      seen.push(String(input));
      return Promise.resolve(new Response(null, { status: 404 }));
    };
    expect((await outcomeOf(fromSse(url, {}, { fetch }))).error).toMatchObject({ kind: 'not_found' });
    expect(seen).toEqual(['http://localhost/chat']);
    expect(() => fromSse({} as URL)).toThrow('Expected `input` to be a URL');
    expect(() => fromSse(null as never)).toThrow('Expected `input` to be a URL');
  });

  it('may be an error', () => {
    const rows: string[] = [];
    const failed$ = throwError(() => elsewhere('new RangeError("x")'));
    failed$.pipe(inspectReply('x', { write: (row) => rows.push(row) })).subscribe({ error: () => undefined });
    expect(rows.join('\n')).toContain('RangeError');
  });
});
