import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { defaultReply } from '../../src/emulator/defaultReply.js';
import { ask, dataOf, LIST, post, start, STREAM, textOf, WHOLE } from './wire.js';

const COUNT = '/v1beta/models/gemini-2.5-flash:countTokens';

const PATHS = [
  '/v1/models/M',
  '/v1beta/models/M',
  '/v1alpha/models/M',
  '/v1beta/tunedModels/M',
  '/v1beta1/projects/P/locations/L/publishers/google/models/M',
  '/v1/projects/P/locations/L/publishers/google/models/M',
  '/v1beta1/publishers/google/models/M',
  '/v1beta/projects/P/models/M',
  '/v1/projects/P/locations/L/endpoints/M',
];

describe('routes', () => {
  it.each(PATHS)('answers on %s', async (path) => {
    const emulator = await start({ reply: ({ model }) => `I am ${model}.` });
    const stream = await post(emulator, `${path}:streamGenerateContent?alt=sse`);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    expect(textOf(dataOf(await stream.text()))).toBe('I am M.');
    expect(textOf(await (await post(emulator, `${path}:generateContent`)).json())).toBe('I am M.');
    expect(await (await post(emulator, `${path}:countTokens`)).json()).toMatchObject({ totalTokens: 2 });
    expect(emulator.requests.map(({ action, model, status }) => [action, model, status])).toEqual([
      ['streamGenerateContent', 'M', 200],
      ['generateContent', 'M', 200],
      ['countTokens', 'M', 200],
    ]);
  });

  it('accepts an encoded colon and `$alt=sse`', async () => {
    const emulator = await start({ reply: 'Hello' });
    const response = await post(emulator, '/v1beta/models/M%3AstreamGenerateContent?$alt=sse');
    expect(textOf(dataOf(await response.text()))).toBe('Hello');
  });

  it('streams a JSON list without `alt=sse`', async () => {
    const emulator = await start({ reply: ['one', ' two'] });
    const response = await post(emulator, LIST);
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    const list = (await response.json()) as unknown[];
    expect(list.map(textOf)).toEqual(['one', ' two']);
  });

  it('streams an empty JSON list', async () => {
    const emulator = await start({ reply: [] });
    expect(await (await post(emulator, LIST)).json()).toEqual([]);
  });

  it.each([
    ['POST', '/'],
    ['POST', '/v1beta/models'],
    ['POST', '/v1beta/models/M'],
    ['POST', '/v1beta/models/M:embedContent'],
    ['GET', '/v1beta/models/M:generateContent'],
    ['POST', '/models/M:generateContent'],
    ['POST', '/v1beta/nonsense/models/M:generateContent'],
    ['POST', '/v1beta/%E0%A4%A'],
  ])('answers %s %s with a 404 that names it', async (method, path) => {
    const emulator = await start();
    const response = await fetch(emulator.url + path, { method });
    expect(response.status).toBe(404);
    const message = `${method} ${path} is not a method of this API.`;
    expect(await response.json()).toEqual({ error: { code: 404, message, status: 'NOT_FOUND' } });
    expect(emulator.requests[0]).toMatchObject({ action: undefined, model: undefined, status: 404 });
  });

  it.each([
    ['half a JSON object', '{"contents": ['],
    ['a JSON list', '[]'],
    ['an empty body', ''],
  ])('answers %s with 400 INVALID_ARGUMENT', async (_, body) => {
    const emulator = await start();
    const response = await post(emulator, STREAM, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
  });

  it('answers a request without contents with 400, in a list if a list was asked for', async () => {
    const emulator = await start();
    const error = { code: 400, message: '* GenerateContentRequest.contents: contents is not specified\n' };
    expect(await (await post(emulator, WHOLE, {})).json()).toMatchObject({ error });
    expect(await (await post(emulator, LIST, { contents: [] })).json()).toMatchObject([{ error }]);
  });

  it('refuses a request over the size limit of Gemini', async () => {
    const emulator = await start();
    const response = await post(emulator, WHOLE, `"${'x'.repeat(100 * 1024 * 1024)}"`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Request payload size exceeds the limit');
  });

  it('answers the preflight of a page of this machine', async () => {
    const emulator = await start({ reply: 'Hello' });
    const preflight = await fetch(emulator.url + STREAM, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:4200', 'access-control-request-headers': 'authorization,x-goog-api-key' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,x-goog-api-key');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    const response = await post(emulator, STREAM, ask('Hello'), { headers: { origin: 'http://localhost:4200' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:4200');
    expect(response.headers.get('vary')).toBe('Origin');
    expect(emulator.requests).toHaveLength(1);
  });

  const allowed = async (origin: string, origins?: readonly string[] | '*') => {
    const emulator = await start({ reply: 'Hello', origins });
    const headers = { origin };
    const preflight = await fetch(emulator.url + STREAM, { method: 'OPTIONS', headers });
    const response = await post(emulator, STREAM, ask('Hello'), { headers });
    const [before, after] = [preflight, response].map((each) => each.headers.get('access-control-allow-origin'));
    expect(before).toBe(after);
    expect([204, 403]).toContain(preflight.status);
    expect(preflight.ok).toBe(before !== null);
    return after ?? undefined;
  };

  it.each(['http://localhost', 'http://127.0.0.1:3000', 'https://[::1]:8080', 'http://app.localhost:5173'])(
    'allows a page of this machine: %s',
    async (origin) => {
      expect(await allowed(origin)).toBe(origin);
    },
  );

  it.each(['https://evil.example', 'https://localhost.evil.example', 'http://127.0.0.1.evil.example', 'null', 'x'])(
    'allows another page only with `origins`: %s',
    async (origin) => {
      expect(await allowed(origin)).toBeUndefined();
      expect(await allowed(origin, ['https://app.example'])).toBeUndefined();
      expect(await allowed(origin, [origin])).toBe(origin);
      expect(await allowed(origin, '*')).toBe(origin);
    },
  );

  it('refuses a request that is nested deeper than 1 000, in any field', async () => {
    const emulator = await start({ reply: 'Hello' });
    const body = `{"contents":[{"parts":[{"text":"a"}]}],"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await post(emulator, STREAM, body)).status).toBe(400);
    expect((await post(emulator, COUNT, body)).status).toBe(400);
  });

  it('bounds `candidateCount`', async () => {
    const emulator = await start({ reply: defaultReply({ pace: 0 }) });
    const body = ask('Hello', { generationConfig: { candidateCount: 1e9, maxOutputTokens: 1e300 } });
    const chunks = dataOf(await (await post(emulator, STREAM, body)).text());
    expect(JSON.stringify(chunks)).toContain('"index":7');
    expect(JSON.stringify(chunks)).not.toContain('"index":8');
  });
});

describe('models', () => {
  it('are listed for the SDK', async () => {
    const emulator = await start({ models: ['one', 'two'] });
    const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
    const names: (string | undefined)[] = [];
    for await (const { name } of await ai.models.list()) names.push(name);
    expect(names).toEqual(['models/one', 'models/two']);
    expect(await ai.models.get({ model: 'two' })).toMatchObject({ name: 'models/two', inputTokenLimit: 1_048_576 });
  });

  it('are listed as by Vertex AI', async () => {
    const emulator = await start({ models: ['one'] });
    const get = async (path: string) => (await fetch(emulator.url + path)).text();
    const name = 'publishers/google/models/one';
    expect(JSON.parse(await get('/v1beta1/publishers/google/models'))).toMatchObject({ publisherModels: [{ name }] });
    expect(JSON.parse(await get('/v1beta1/publishers/google/models/one'))).toMatchObject({ name });
  });

  it('are a default list if every model exists', async () => {
    const emulator = await start();
    const list: unknown = await (await fetch(`${emulator.url}/v1beta/models`)).json();
    expect(JSON.stringify(list)).toContain('models/gemini-2.5-flash"');
    expect((await fetch(`${emulator.url}/v1beta/models/anything`)).status).toBe(200);
  });

  it('are answered with the 404 of the Gemini API and of Vertex AI if unknown', async () => {
    const emulator = await start({ models: ['one'], reply: 'Hello' });
    const message = async (path: string) => {
      const response = await post(emulator, path);
      expect(response.status).toBe(404);
      return ((await response.json()) as { error: { message: string } }).error.message;
    };
    expect(await message('/v1beta/models/two:generateContent')).toBe(
      'models/two is not found for API version v1beta, or is not supported for generateContent. ' +
        'Call ListModels to see the list of available models and their supported methods.',
    );
    const vertex = 'projects/P/locations/L/publishers/google/models/two';
    expect(await message(`/v1/${vertex}:generateContent`)).toContain(`Publisher Model \`${vertex}\` was not found`);
    expect((await post(emulator, '/v1beta/models/one:generateContent')).status).toBe(200);
  });
});

describe('the API key', () => {
  const withKey = (headers: Record<string, string>) => ({ headers });

  it('is not needed by default', async () => {
    const emulator = await start({ reply: 'Hello' });
    expect((await post(emulator)).status).toBe(200);
  });

  it('is accepted in every place', async () => {
    const emulator = await start({ apiKey: 'secret', reply: 'Hello' });
    const statuses = await Promise.all([
      post(emulator, STREAM, ask('Hi'), withKey({ 'x-goog-api-key': 'secret' })),
      post(emulator, STREAM, ask('Hi'), withKey({ authorization: 'Bearer secret' })),
      post(emulator, `${STREAM}&key=secret`),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('is answered with 400 API_KEY_INVALID if wrong, which the SDK reports', async () => {
    const emulator = await start({ apiKey: 'secret' });
    const ai = new GoogleGenAI({ apiKey: 'wrong', httpOptions: { baseUrl: emulator.url } });
    const failure = ai.models.generateContentStream({ model: 'M', contents: 'Hi' });
    await expect(failure).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('API_KEY_INVALID') as string,
    });
  });

  it('is answered with 403 if missing, and a wrong token with 401', async () => {
    const emulator = await start({ apiKey: 'secret' });
    const missing = await post(emulator);
    expect(await missing.json()).toMatchObject({ error: { code: 403, status: 'PERMISSION_DENIED' } });
    const wrong = await post(emulator, STREAM, ask('Hi'), withKey({ authorization: 'Bearer wrong' }));
    expect(await wrong.json()).toMatchObject({ error: { code: 401, status: 'UNAUTHENTICATED' } });
  });
});

describe('countTokens', () => {
  it('counts text, the system instruction and media by modality', async () => {
    const emulator = await start();
    const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
    expect(await ai.models.countTokens({ model: 'M', contents: 'Twelve chars' })).toMatchObject({ totalTokens: 3 });

    const body = {
      contents: [
        {
          parts: [
            { text: 'Twelve chars' },
            { inlineData: { mimeType: 'image/png', data: '' } },
            { file_data: { mime_type: 'application/pdf', file_uri: 'x' } },
          ],
        },
      ],
      system_instruction: { parts: { text: 'Be.!' } },
    };
    const counted = await post(emulator, WHOLE.replace('generateContent', 'countTokens'), {
      generateContentRequest: body,
    });
    expect(await counted.json()).toEqual({
      totalTokens: 520,
      promptTokensDetails: [
        { modality: 'IMAGE', tokenCount: 258 },
        { modality: 'DOCUMENT', tokenCount: 258 },
        { modality: 'TEXT', tokenCount: 4 },
      ],
    });
  });
});
