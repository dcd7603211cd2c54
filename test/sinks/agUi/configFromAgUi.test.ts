import type { GenerateContentConfig } from '@google/genai';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { configFromAgUi, type AgUiConfig, type AgUiInput } from '../../../src/agUi.js';
import { isGeminiError } from '../../../src/index.js';
import type { DeclaredTools } from '../../../src/chat/chatSource.js';

const run = { threadId: 't', runId: 'r', messages: [] };

describe('configFromAgUi', () => {
  it('converts instructions, context and tools', () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const input: AgUiInput = {
      ...run,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'developer', content: 'Be kind.' },
        { role: 'system', content: '' },
      ],
      context: [{ description: 'Page', value: '/cart' }],
      tools: [
        { name: 'weather', description: 'Returns the weather.', parameters },
        { name: 'openDoor', description: '' },
      ],
    };
    expect(configFromAgUi(input)).toEqual({
      systemInstruction: 'Be brief.\n\nBe kind.\n\nPage: /cart',
      tools: [
        {
          functionDeclarations: [
            { name: 'weather', description: 'Returns the weather.', parametersJsonSchema: parameters },
            { name: 'openDoor' },
          ],
        },
      ],
    });
  });

  it('is empty without instructions and tools', () => {
    expect(configFromAgUi(run)).toEqual({});
    expect(configFromAgUi({ ...run, tools: [], context: [] })).toEqual({});
  });

  it('is a config of the SDK, and its tools are `declaredTools`', () => {
    expectTypeOf<AgUiConfig>().toExtend<GenerateContentConfig>();
    expectTypeOf<NonNullable<AgUiConfig['tools']>>().toExtend<DeclaredTools[]>();
  });

  it.each([
    ['input', 1],
    ['messages', { messages: {} }],
    ['messages[0].content', { messages: [{ role: 'system', content: ['SECRET'] }] }],
    ['context[0]', { context: ['SECRET'] }],
    ['context[0].value', { context: [{ description: 'SECRET', value: 1 }] }],
    ['tools', { tools: 'SECRET' }],
    ['tools[0].name', { tools: [{ description: 'SECRET' }] }],
    ['tools[0].description', { tools: [{ name: 'SECRET', description: 1 }] }],
    ['tools[0].parameters', { tools: [{ name: 'SECRET', description: '', parameters: 'SECRET' }] }],
  ])('refuses a wrong `%s`, and quotes nothing of it', (place, input) => {
    const convert = () => configFromAgUi(input as unknown as AgUiInput);
    expect(convert).toThrow(`\`${place}\``);
    expect(convert).not.toThrow('SECRET');
    expect(convert).toThrow(expect.toSatisfy(isGeminiError));
  });
});
