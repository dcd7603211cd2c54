import type { LiveConnectConfig, mcpToTool } from '@google/genai';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { CallableTools } from '../../src/chat/chatTools.js';
import { declareTools } from '../../src/chat/declareTools.js';

const set: CallableTools = { tool: () => Promise.resolve({}), callTool: () => Promise.resolve([]) };
const run = () => 1;

describe('declareTools', () => {
  it('lists the functions with their names, and sets as they are', () => {
    const tools = {
      f: { declaration: { name: 'other', description: 'F.' }, run },
      docs: set,
      g: { declaration: {}, run },
    };
    const listed = declareTools(tools);
    expect(listed).toEqual([{ functionDeclarations: [{ name: 'f', description: 'F.' }, { name: 'g' }] }, set]);
    expect(listed[1]).toBe(set);
  });

  it('is empty without tools', () => {
    expect(declareTools({})).toEqual([]);
    expect(declareTools({ docs: set })).toEqual([set]);
  });

  it('copies the declarations', () => {
    const declaration = { description: 'F.' };
    const [first] = declareTools({ f: { declaration, run } });
    declaration.description = 'G.';
    expect(first?.functionDeclarations?.[0]?.description).toBe('F.');
  });

  it('checks the tools at the call', () => {
    expect(() => declareTools(3 as never)).toThrow(TypeError);
    const noJson = { parametersJsonSchema: { default: 1n } };
    expect(() => declareTools({ f: { declaration: noJson, run } })).toThrow('The declaration of a tool has no JSON');
  });

  it('has the type of `config.tools` of the SDK', () => {
    type Tools = NonNullable<LiveConnectConfig['tools']>;
    const own = { f: { declaration: { description: 'F.' }, run } };
    expectTypeOf(declareTools(own)).toExtend<Tools>();
    type WithSet = typeof own & { docs: ReturnType<typeof mcpToTool> };
    expectTypeOf(declareTools<WithSet>).returns.toExtend<Tools>();
  });
});
