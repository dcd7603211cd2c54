import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { outcomeOf } from '../support/outcome.js';

const params = { model: 'gemini-2.5-flash', contents: 'Hello' };

describe('fromGenerate', () => {
  const answered = (body: unknown) => {
    const send = () => Promise.resolve(new Response(JSON.stringify(body)));
    const ai = new GoogleGenAI({ apiKey: 'test-key' });
    return outcomeOf(fromGenerate(ai, { ...params, config: { httpOptions: { fetch: send } } }));
  };

  // The SDK drops every field that it does not know, and makes an empty reply of the rest.
  it.each<[name: string, body: unknown, error: object]>([
    ["another vendor's answer", { choices: [{ message: { content: 'private' } }] }, { kind: 'protocol' }],
    ['an envelope', { response: { candidates: [] } }, { kind: 'protocol' }],
    ['a text', 'private', { kind: 'protocol' }],
    ['null', null, { kind: 'protocol' }],
    ['an error', { error: { code: 503, message: 'Busy.' } }, { kind: 'overloaded', status: 503 }],
    ['deep JSON', JSON.parse(`${'['.repeat(1001)}${']'.repeat(1001)}`), { kind: 'overflow', limit: 'depth' }],
  ])('fails for %s, without a chunk', async (_, body, expected) => {
    const { values, error } = await answered(body);
    expect(values).toEqual([]);
    expect(error).toMatchObject(expected);
    expect(String(error)).not.toContain('private');
  });

  it('emits the content beside an error, then fails', async () => {
    const reply = { candidates: [{ content: { parts: [{ text: 'ab' }] } }] };
    const { values, error } = await answered({ ...reply, error: { code: 429, status: 'RESOURCE_EXHAUSTED' } });
    expect(values.map(({ text }) => text)).toEqual(['ab']);
    expect(error).toMatchObject({ kind: 'rate_limit' });
  });

  it('reads an empty object as a reply without content', async () => {
    expect(await answered({})).toMatchObject({ values: [{ text: '' }], isComplete: true });
  });
});
