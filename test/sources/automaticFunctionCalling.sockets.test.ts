import type { CallableTool } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { contentsOf } from '../../src/chunk/contentsOf.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

const weather: CallableTool = {
  tool: () =>
    Promise.resolve({ functionDeclarations: [{ name: 'weather', parametersJsonSchema: { type: 'object' } }] }),
  callTool: () => Promise.resolve([{ functionResponse: { name: 'weather', response: { sky: 'blue' } } }]),
};

const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 };
const call = {
  candidates: [
    { content: { role: 'model', parts: [{ functionCall: { name: 'weather', args: {} } }] }, finishReason: 'STOP' },
  ],
  usageMetadata,
};
const answer = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'It is blue.' }] }, finishReason: 'STOP' }],
  usageMetadata,
};

describe("the SDK's automatic function calling", () => {
  it('streams the call, the response and the answer, and adds up the usage', async () => {
    const { ai, emulator } = await emulate(({ index }) => [index === 0 ? call : answer]);
    const { values, isComplete } = await outcomeOf(fromGemini(ai, { ...params, config: { tools: [weather] } }));
    const reply = values.reduce((builder, chunk) => builder.append(chunk), new ChunkBuilder()).snapshot();
    expect(contentsOf(reply).map((turn) => turn.role)).toEqual(['model', 'user', 'model']);
    expect(reply.text).toBe('It is blue.');
    expect(reply.usageMetadata).toEqual({ promptTokenCount: 10, candidatesTokenCount: 4, totalTokenCount: 14 });
    expect(emulator.requests).toHaveLength(2);
    expect(isComplete).toBe(true);
  });

  it('makes a new request for each subscription: the tools run again', async () => {
    const { ai, emulator } = await emulate(({ index }) => [index % 2 === 0 ? call : answer]);
    const reply$ = fromGemini(ai, { ...params, config: { tools: [weather] } });
    await outcomeOf(reply$);
    await outcomeOf(reply$);
    expect(emulator.requests).toHaveLength(4);
  });
});
