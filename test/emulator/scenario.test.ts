import { describe, expect, it } from 'vitest';
import type { EmulatorChunk, EmulatorScenario } from '../../src/emulator/scenario.js';
import { ask, dataOf, LIST, post, postRaw, start, STREAM, textOf, WHOLE } from './wire.js';

const chunksOf = async (reply: EmulatorScenario) => dataOf(await (await post(await start({ reply }))).text());

describe('the content', () => {
  it('cuts a text into chunks of a few words', async () => {
    const text = `  The sky is blue because of Rayleigh scattering: ${'x'.repeat(40)} 日本語 🌍\n\n- one\n- two\n `;
    const chunks = await chunksOf({ text });
    expect(textOf(chunks)).toBe(text);
    expect(chunks.length).toBeGreaterThan(4);
  });

  it.each(['', ' \n ', 'One'])('sends the text %j in one finished chunk', async (text) => {
    const chunks = await chunksOf({ text });
    expect(chunks).toMatchObject([{ candidates: [{ finishReason: 'STOP' }] }]);
    expect(textOf(chunks)).toBe(text);
  });

  it('completes strings as Gemini 2.5 does, with running token counts', async () => {
    const emulator = await start({ reply: ['Hello', ' there'] });
    const prompt = { promptTokenCount: 3, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 3 }] };
    const same = { modelVersion: 'gemini-2.5-flash', responseId: 'emulated-0' };
    expect(dataOf(await (await post(emulator, STREAM, ask('Twelve chars'))).text())).toEqual([
      {
        candidates: [{ content: { parts: [{ text: 'Hello' }], role: 'model' }, index: 0 }],
        usageMetadata: { ...prompt, candidatesTokenCount: 2, totalTokenCount: 5 },
        ...same,
      },
      {
        candidates: [{ content: { parts: [{ text: ' there' }], role: 'model' }, index: 0, finishReason: 'STOP' }],
        usageMetadata: { ...prompt, candidatesTokenCount: 3, totalTokenCount: 6 },
        ...same,
      },
    ]);
  });

  it('sends any object unchanged', async () => {
    const chunks: EmulatorChunk[] = [{ candidates: [], news: 1 }, {}, { promptFeedback: { blockReason: 'SAFETY' } }];
    expect(await chunksOf({ chunks })).toEqual(chunks);
  });

  it('sets `finishReason` and `usage` on the last chunk', async () => {
    const usage = { promptTokenCount: 1, totalTokenCount: 2 };
    const chunks = [{ candidates: [{ index: 0 }, { index: 1 }] }];
    expect(await chunksOf({ chunks, finishReason: 'SAFETY', usage })).toEqual([
      { candidates: [{ index: 0, finishReason: 'SAFETY' }, { index: 1 }], usageMetadata: usage },
    ]);
    const [first, last] = await chunksOf({ chunks: ['one', 'two'], usage });
    expect(first).not.toHaveProperty('usageMetadata');
    expect(last).toHaveProperty('usageMetadata', usage);
  });

  it('sends no finish reason and no usage for `null`', async () => {
    const body = JSON.stringify(await chunksOf({ chunks: ['one', 'two'], finishReason: null, usage: null }));
    expect(body).not.toContain('finishReason');
    expect(body).not.toContain('usageMetadata');
  });

  it('sends the chunks of an async iterable as they arrive, and the finish in a separate chunk', async () => {
    async function* chunks() {
      yield 'one';
      yield ' two';
    }
    const received = await chunksOf({ chunks: chunks() });
    expect(received).toHaveLength(3);
    expect(textOf(received)).toBe('one two');
    expect(received[2]).toMatchObject({ candidates: [{ content: { role: 'model' }, finishReason: 'STOP', index: 0 }] });
  });

  it('adds no chunk to an async iterable of objects', async () => {
    async function* chunks() {
      yield { candidates: [] };
    }
    expect(await chunksOf({ chunks: chunks() })).toEqual([{ candidates: [] }]);
  });

  it('ends in an error event if its chunks throw, or in a 500 before the headers', async () => {
    async function* chunks() {
      yield 'one';
      throw new Error('no more');
    }
    const error = { code: 500, message: 'Error: no more', status: 'INTERNAL' };
    expect((await chunksOf({ chunks: chunks() }))[1]).toEqual({ error });
    const response = await post(await start({ reply: { chunks: chunks() } }), WHOLE);
    expect(response.status).toBe(500);
  });

  it('sends a raw body, and each piece of a list as a chunk', async () => {
    const emulator = await start({ reply: { body: ['data: {}\n\n', new Uint8Array([0xff, 0x00])] } });
    const bytes = Buffer.from(await (await post(emulator)).arrayBuffer());
    expect(bytes).toEqual(Buffer.from('data: {}\n\n\xff\x00', 'latin1'));
    expect(emulator.requests[0]).toMatchObject({ chunksSent: 2, bytesSent: 12 });
  });

  it('sends the default answer for a scenario without content', async () => {
    expect(textOf(await chunksOf({ lines: ['id: 1'] }))).toContain('> Hello');
  });

  it('passes the request to `reply`', async () => {
    const seen: unknown[] = [];
    const emulator = await start({
      reply: (request) => {
        seen.push(request);
        return 'Hello';
      },
    });
    const contents = [
      { role: 'user', parts: [{ text: 'first' }] },
      { role: 'model', parts: [{ text: 'answer' }] },
      { parts: [{ text: 'sec' }, { inlineData: {} }, { text: 'ond' }] },
      { role: 'model', parts: [{ text: 'more' }] },
    ];
    await post(emulator, '/nowhere');
    await post(emulator, WHOLE, { contents }, { headers: { 'x-test': 'yes' } });
    expect(seen).toMatchObject([
      { index: 1, method: 'POST', path: WHOLE, action: 'generateContent', model: 'gemini-2.5-flash', prompt: 'second' },
    ]);
    expect(seen[0]).toMatchObject({ body: { contents }, headers: { 'x-test': 'yes' } });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('oops');
      },
      'Error: oops',
    ],
    ['rejects', () => Promise.reject(new Error('oops')), 'Error: oops'],
    ['gives nothing', () => undefined as unknown as string, 'a text, a list of chunks or a scenario, got undefined'],
    ['gives a wrong scenario', () => ({ pace: -1 }), 'Expected `pace` to be a non-negative number of ms, got -1'],
    ['gives wrong headers', () => ({ text: '', headers: { 'a b': '' } }), 'ERR_INVALID_HTTP_TOKEN'],
  ])('answers 500 when `reply` %s', async (_, reply, message) => {
    const response = await post(await start({ reply }));
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining(message) as string, status: 'INTERNAL' },
    });
  });
});

describe('generateContent', () => {
  it('answers with all chunks in one response', async () => {
    const call = { functionCall: { name: 'f', args: {} } };
    const chunks = [
      { candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'hm', thought: true }] } }] },
      { candidates: [{ index: 1, content: { parts: [{ text: 'B' }] } }], responseId: 'r' },
      { candidates: [{ content: { parts: [{ text: 'a' }] } }] },
      { candidates: [{ content: { parts: [{ text: 'b' }, call, { text: 'c' }] } }] },
      { candidates: [{ content: { parts: [{ text: 'd', thoughtSignature: 's' }] }, finishReason: 'STOP' }] },
      { usageMetadata: { totalTokenCount: 3 } },
    ];
    const emulator = await start({ reply: { chunks } });
    expect(await (await post(emulator, WHOLE)).json()).toEqual({
      candidates: [
        {
          index: 0,
          content: {
            role: 'model',
            parts: [
              { text: 'hm', thought: true },
              { text: 'ab' },
              call,
              { text: 'c' },
              { text: 'd', thoughtSignature: 's' },
            ],
          },
          finishReason: 'STOP',
        },
        { index: 1, content: { parts: [{ text: 'B' }] } },
      ],
      responseId: 'r',
      usageMetadata: { totalTokenCount: 3 },
    });
  });

  it('answers with a blocked prompt', async () => {
    const chunk = { promptFeedback: { blockReason: 'SAFETY' } };
    expect(await (await post(await start({ reply: [chunk] }), WHOLE)).json()).toEqual(chunk);
  });
});

describe('errors', () => {
  const error = { error: { code: 429, message: 'Slow down.', status: 'RESOURCE_EXHAUSTED' } };

  it('answers with the error and its status, and the headers', async () => {
    const response = await post(await start({ reply: { error, headers: { 'Retry-After': '30' } } }));
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(await response.json()).toEqual(error);
  });

  it('answers with an error in a list if a list was asked for', async () => {
    expect(await (await post(await start({ reply: { error } }), LIST)).json()).toEqual([error]);
  });

  it("makes the error of a status, and accepts a status that differs from the error's code", async () => {
    const overloaded = await post(await start({ reply: { status: 503 } }));
    expect(overloaded.status).toBe(503);
    expect(await overloaded.json()).toMatchObject({ error: { code: 503, status: 'UNAVAILABLE' } });
    expect((await post(await start({ reply: { error, status: 200 } }))).status).toBe(200);
    expect((await post(await start({ reply: { error: { error: { code: 'x' } } } }))).status).toBe(500);
  });

  it('sends a custom body with a status', async () => {
    const reply = { status: 502, body: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } };
    const response = await post(await start({ reply }));
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(await response.text()).toBe('<html>Bad Gateway</html>');
  });

  it('cuts an error body as any other body', async () => {
    const wire = await postRaw(await start({ reply: { error, dropAfter: { bytes: 10 } } }));
    expect(wire.head).toContain('429');
    expect(wire).toMatchObject({ isWhole: false, body: '{\n  "error"'.slice(0, 10) });
  });
});

describe('the default answer', () => {
  const answer = async (generationConfig: object = {}, prompt = 'Why is the sky blue?') => {
    const emulator = await start({ reply: {} });
    const body = await (await post(emulator, STREAM, ask(prompt, { generationConfig }))).text();
    return dataOf(body) as { candidates: { finishReason?: string; index: number }[]; usageMetadata: object }[];
  };

  it('has some paragraphs that quote the prompt, and is equal each time', async () => {
    const text = textOf(await answer({}, 'Why is\nthe sky blue?'));
    expect(text).toContain('> Why is\n> the sky blue?\n');
    expect(text.split('\n\n').length).toBeGreaterThan(5);
    expect(textOf(await answer({}, 'Why is\nthe sky blue?'))).toBe(text);
  });

  it('quotes the beginning of a long prompt', async () => {
    const text = textOf(await answer({}, `x${'🌍'.repeat(10_000)}`));
    expect(text.length).toBeLessThan(3_000);
    expect(text).toContain('🌍…');
  });

  it('finishes with STOP, once, in the last chunk', async () => {
    const chunks = await answer();
    expect(chunks.map(({ candidates }) => candidates[0]?.finishReason).filter(Boolean)).toEqual(['STOP']);
    expect(chunks.at(-1)?.candidates[0]?.finishReason).toBe('STOP');
  });

  it('honours `maxOutputTokens`', async () => {
    const chunks = await answer({ maxOutputTokens: 10 });
    expect(chunks.at(-1)).toMatchObject({
      candidates: [{ finishReason: 'MAX_TOKENS' }],
      usageMetadata: { candidatesTokenCount: 10 },
    });
  });

  it('honours `candidateCount`', async () => {
    const chunks = await answer({ candidateCount: 3 });
    const finished = chunks.flatMap(({ candidates }) => candidates).filter(({ finishReason }) => finishReason);
    expect(finished.map(({ index }) => index).sort()).toEqual([0, 1, 2]);
    expect(textOf(chunks.filter(({ candidates }) => candidates[0]?.index === 2))).toContain('alternative 3');
  });

  it('has thoughts first with `includeThoughts`, and counts them', async () => {
    const chunks = await answer({ thinkingConfig: { includeThoughts: true } });
    expect(chunks[0]).toMatchObject({ candidates: [{ content: { parts: [{ thought: true }] } }] });
    expect(chunks.at(-1)?.usageMetadata).toHaveProperty('thoughtsTokenCount');
    expect(JSON.stringify(await answer())).not.toContain('thought');
  });

  it('counts tokens as totals that never fall', async () => {
    const totals = (await answer()).map(
      ({ usageMetadata }) => (usageMetadata as { totalTokenCount: number }).totalTokenCount,
    );
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
    expect(totals.at(-1)).toBeGreaterThan(totals[0] ?? Infinity);
  });
});
