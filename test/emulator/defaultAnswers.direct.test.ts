import { GoogleGenAI } from '@google/genai';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { defaultReply } from '../../src/emulator/defaultReply.js';
import { emulatorFetch } from '../../src/emulator/emulatorFetch.js';
import { answerContents } from '../../src/chat/answerContents.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromInteraction } from '../../src/sources/interactions/fromInteraction.js';

const model = 'gemini-2.5-flash';

function open(seed = 0) {
  const fetch = emulatorFetch({ reply: defaultReply({ pace: 0, firstDelay: 0, seed }) });
  return { fetch, ai: new GoogleGenAI({ apiKey: 'any', httpOptions: { fetch } }) };
}

async function ask(contents: string, config: object = {}, seed = 0) {
  return open(seed).ai.models.generateContent({ model, contents, config });
}

const tea = {
  type: 'object',
  properties: { name: { type: 'string' }, price: { type: 'number', minimum: 1, maximum: 9 } },
  required: ['name', 'price'],
};

const getWeather = {
  name: 'get_weather',
  description: 'Returns the current conditions of a city',
  parameters: {
    type: 'OBJECT',
    properties: { location: { type: 'STRING' }, unit: { type: 'STRING', enum: ['celsius', 'fahrenheit'] } },
    required: ['location'],
  },
};
const findFlights = {
  name: 'findFlights',
  parametersJsonSchema: {
    type: 'object',
    properties: { origin: { type: 'string' }, destination: { type: 'string' }, passengers: { type: 'integer' } },
    required: ['origin', 'destination', 'passengers'],
  },
};
const tools = [{ functionDeclarations: [getWeather, findFlights] }];

describe('a request for JSON', () => {
  it.each([
    ['responseJsonSchema', { responseJsonSchema: { type: 'array', items: tea } }],
    ['responseSchema', { responseSchema: { type: 'ARRAY', items: { ...tea, type: 'OBJECT' } } }],
  ])('is answered with a value of `%s`', async (_, schema) => {
    const { text } = await ask('List two teas', { responseMimeType: 'application/json', ...schema });
    const value = JSON.parse(text!) as { name: string; price: number }[];
    expect(value.map(({ name }) => name)).toEqual(['Sencha', 'Darjeeling']);
    expect(value.every(({ price }) => price >= 1 && price <= 9)).toBe(true);
  });

  it('is streamed in chunks, as text is', async () => {
    const config = { responseMimeType: 'application/json', responseJsonSchema: { type: 'array', items: tea } };
    const reply$ = fromGemini(open().ai, { model, contents: 'List five teas', config });
    const chunks = await lastValueFrom(reply$.pipe(toArray()));
    expect(chunks.length).toBeGreaterThan(5);
    expect(JSON.parse(chunks.map(({ text }) => text).join(''))).toHaveLength(5);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
  });

  it('is answered with any object without a schema', async () => {
    const { text } = await ask('Hello', { responseMimeType: 'application/json' });
    expect(JSON.parse(text!)).toMatchObject({ prompt: 'Hello' });
    const { text: books } = await ask('two books', { responseMimeType: 'application/json; charset=utf-8' });
    expect(JSON.parse(books!)).toEqual({ books: [{ name: 'Middlemarch' }, { name: 'Dracula' }] });
  });

  it('is answered with one of an enum', async () => {
    const responseSchema = { type: 'STRING', enum: ['positive', 'negative'] };
    const { text } = await ask('A negative one', { responseMimeType: 'text/x.enum', responseSchema });
    expect(text).toBe('negative');
  });

  it('is refused with the place for which no value is found', async () => {
    const responseJsonSchema = { type: 'string', pattern: '^(?=a)b$' };
    const answer = ask('Hello', { responseMimeType: 'application/json', responseJsonSchema });
    await expect(answer).rejects.toMatchObject({ status: 400, message: expect.stringContaining('pattern') as string });
  });

  it('has another value for another seed, and the same for the same', async () => {
    const config = { responseMimeType: 'application/json', responseJsonSchema: { type: 'string', format: 'uuid' } };
    const texts = await Promise.all([1, 1, 2].map(async (seed) => (await ask('Hi', config, seed)).text));
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
  });

  it('is cut by `maxOutputTokens`', async () => {
    const config = {
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'array', items: tea },
      maxOutputTokens: 5,
    };
    const { text, candidates } = await ask('List five teas', config);
    expect(text).toHaveLength(20);
    expect(candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
  });

  it.each([
    ['an interaction', { type: 'text', mime_type: 'application/json', schema: { type: 'array', items: tea } }],
    [
      'an interaction with several formats',
      [{ type: 'image' }, { type: 'text', mime_type: 'application/json', schema: { type: 'array', items: tea } }],
    ],
  ])('is answered in %s', async (_, response_format) => {
    const params = { model, input: 'List two teas', response_format } as never;
    const chunks = await lastValueFrom(fromInteraction(open().ai, params).pipe(toArray()));
    expect(JSON.parse(chunks.map(({ text }) => text).join(''))).toMatchObject([
      { name: 'Sencha' },
      { name: 'Darjeeling' },
    ]);
  });
});

describe('a declared function', () => {
  it.each([
    ['What is the weather in Paris?', 'get_weather', { location: 'Paris' }],
    [
      'How is the WEATHER in New York today, in fahrenheit?',
      'get_weather',
      { location: 'New York', unit: 'fahrenheit' },
    ],
    ['Which conditions are there in oslo?', 'get_weather', { location: 'oslo' }],
    [
      'Find flights from Oslo to Rio de Janeiro for 3 people',
      'findFlights',
      { origin: 'Oslo', destination: 'Rio de Janeiro', passengers: 3 },
    ],
  ])('is called: %s', async (prompt, name, args) => {
    const response = await ask(prompt, { tools });
    expect(response.functionCalls).toEqual([{ name, args }]);
    expect(response.candidates?.[0]?.finishReason).toBe('STOP');
  });

  it.each([
    ['another prompt', 'Hello there', {}],
    ['the mode NONE', 'What is the weather in Paris?', { toolConfig: { functionCallingConfig: { mode: 'NONE' } } }],
  ])('is not called: %s', async (_, prompt, config) => {
    const response = await ask(prompt, { tools, ...config });
    expect(response.functionCalls).toBeUndefined();
    expect(response.text).toContain(prompt);
  });

  it('is called in any case with the mode ANY, if it is allowed', async () => {
    const functionCallingConfig = { mode: 'ANY', allowedFunctionNames: ['findFlights'] };
    const { functionCalls } = await ask('What is the weather?', { tools, toolConfig: { functionCallingConfig } });
    expect(functionCalls).toMatchObject([{ name: 'findFlights', args: { passengers: expect.any(Number) as number } }]);
  });

  it('is followed by a text that has its result', async () => {
    const { ai } = open();
    const weather = { declaration: getWeather, run: () => ({ temperature: 21, sky: 'clear' }) };
    const contents = [{ role: 'user', parts: [{ text: 'What is the weather in Paris?' }] }];
    const reply$ = answerContents(ai, { model, contents, tools: { get_weather: weather } } as never);
    const chunks = await lastValueFrom(reply$.pipe(toArray()));
    const text = chunks.map((chunk) => chunk.text).join('');
    expect(text).toContain('get_weather returned temperature 21, sky clear.');
  });

  it('is called by an interaction, which answers with its result', async () => {
    const { ai } = open();
    const tool = {
      type: 'function',
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    };
    const first = (await ai.interactions.create({ model, input: 'The weather in Lima?', tools: [tool] } as never)) as {
      id: string;
      status: string;
      steps: { id: string }[];
    };
    expect(first).toMatchObject({
      status: 'requires_action',
      steps: [{ type: 'function_call', name: 'get_weather', arguments: { city: 'Lima' } }],
    });
    const input = [{ type: 'function_result', call_id: first.steps[0]!.id, result: { sky: 'grey' } }];
    const second = await ai.interactions.create({
      model,
      previous_interaction_id: first.id,
      input,
      tools: [tool],
    } as never);
    expect(second).toMatchObject({
      status: 'completed',
      steps: [{ content: [{ text: expect.stringContaining('get_weather returned sky grey.') as string }] }],
    });
    const generation_config = { tool_choice: 'none' };
    const third = await ai.interactions.create({
      model,
      input: 'The weather in Lima?',
      tools: [tool],
      generation_config,
    } as never);
    expect(third).toMatchObject({ status: 'completed' });
  });
});

describe('a prompt that asks for a form', () => {
  it('is answered with a table', async () => {
    const { text = '' } = await ask('a table of three teas');
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(5);
    expect(rows[0]).toBe('| Tea | Origin | Rating |');
    expect(rows[1]).toBe('| --- | --- | --- |');
    expect(rows[2]).toMatch(/^\| Sencha \| [\p{L} ]+ \| [\d.]+ \|$/u);
  });

  it('is answered with the columns and the rows that it names', async () => {
    const { text = '' } = await ask('Make a table of 5 planets with name, mass and temperature.');
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(7);
    expect(rows[0]).toBe('| Planet | Mass | Temperature |');
  });

  it.each([
    ['List four cheeses', '1. Comté\n2. Gouda\n3. Feta\n4. Manchego\n'],
    ['Two rivers as bullet points', '- Nile\n- Amazon\n'],
    ['a list of widgets', '1. Widget 1\n2. Widget 2\n3. Widget 3\n'],
    ['Write a Python function that greets', '```python\ndef greet(name: str) -> str:'],
    ['Give me two users as JSON', '```json\n[\n  {\n    "name": "Ada Lovelace"'],
  ])('is answered in Markdown: %s', async (prompt, expected) => {
    expect((await ask(prompt)).text).toContain(expected);
  });

  it.each(['Why is the sky blue?', 'Tell me about table tennis', 'Who wrote the code of Hammurabi?'])(
    'is not one: %s',
    async (prompt) => {
      expect((await ask(prompt)).text).toContain(`> ${prompt}`);
    },
  );
});
