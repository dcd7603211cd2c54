import { describe, expect, it } from 'vitest';
import type { GeminiContent, GeminiContentPart } from '../../src/chunk/contentsOf.js';
import { stepsOf } from '../../src/interaction/stepsOf.js';
import { deepFreeze } from '../support/deepFreeze.js';

const model = (...parts: GeminiContentPart[]): GeminiContent => deepFreeze({ role: 'model', parts });
const user = (...parts: GeminiContentPart[]): GeminiContent => deepFreeze({ role: 'user', parts });

describe('contents as steps', () => {
  it('are the inputs of the user and the outputs of the model, one for each content', () => {
    const picture = { inlineData: { data: 'aGk=', mimeType: 'image/png' } };
    expect(stepsOf([user({ text: 'a' }, picture), user({ text: 'b' }), model({ text: 'c' })])).toEqual([
      {
        type: 'user_input',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', data: 'aGk=', mime_type: 'image/png' },
        ],
      },
      { type: 'user_input', content: [{ type: 'text', text: 'b' }] },
      { type: 'model_output', content: [{ type: 'text', text: 'c' }] },
    ]);
  });

  it('have thoughts that end with their signatures', () => {
    const contents = [
      model(
        { text: 'a', thought: true },
        { text: '', thought: true, thoughtSignature: '1' },
        { text: 'b', thought: true, thoughtSignature: '2' },
        { text: 'c', thought: true },
        { text: '', thought: true },
      ),
    ];
    const summary = (text: string) => ({ summary: [{ type: 'text', text }] });
    expect(stepsOf(contents)).toEqual([
      { type: 'thought', ...summary('a'), signature: '1' },
      { type: 'thought', ...summary('b'), signature: '2' },
      { type: 'thought', ...summary('c') },
    ]);
  });

  it('have the signature of a text as a thought before it', () => {
    expect(stepsOf([model({ text: 'a' }, { text: 'b', thoughtSignature: '1' })])).toEqual([
      { type: 'model_output', content: [{ type: 'text', text: 'a' }] },
      { type: 'thought', signature: '1' },
      { type: 'model_output', content: [{ type: 'text', text: 'b' }] },
    ]);
    expect(stepsOf([model({ text: '', thoughtSignature: '1' })])).toEqual([{ type: 'thought', signature: '1' }]);
  });

  it('have ids that match where calls and responses have no ids', () => {
    const call = (name: string) => ({ functionCall: { name, args: { name } } });
    const response = (name: string) => ({ functionResponse: { name, response: { output: name } } });
    const contents = [model(call('a'), call('b'), call('a')), user(response('b'), response('a'), response('a'))];
    const steps = stepsOf(contents);
    expect(steps.map((step) => ('id' in step ? step.id : 'call_id' in step && step.call_id))).toEqual([
      'call_1',
      'call_2',
      'call_3',
      'call_2',
      'call_1',
      'call_3',
    ]);
    expect(steps[3]).toEqual({ type: 'function_result', call_id: 'call_2', name: 'b', result: 'b' });
  });

  it('have the ids of a code and its output, which most replies lack', () => {
    const code: GeminiContentPart = { executableCode: { code: '1+1' } };
    const output: GeminiContentPart = { codeExecutionResult: { output: '2' } };
    expect(stepsOf([model(code, output)])).toEqual([
      { type: 'code_execution_call', id: 'call_1', arguments: { code: '1+1', language: 'python' } },
      { type: 'code_execution_result', call_id: 'call_1', result: '2' },
    ]);
  });

  it.each<[string, object, object]>([
    ['an output that is a text', { output: 'a' }, { result: 'a' }],
    ['an output that is an object', { output: { a: 1 } }, { result: { a: 1 } }],
    ['an output of another type', { output: [1] }, { result: { output: [1] } }],
    ['a result', { result: 'a' }, { result: 'a' }],
    ['an error', { error: 'a' }, { result: 'a', is_error: true }],
    ['an object', { a: 1, result: 2 }, { result: { a: 1, result: 2 } }],
    ['nothing', {}, { result: {} }],
  ])('have the response with %s as the result', (_, response, result) => {
    const part = { functionResponse: { id: '1', response: { ...response } } };
    expect(stepsOf([user(part)])).toEqual([{ type: 'function_result', call_id: '1', ...result }]);
  });

  it('have the files of a response after its words', () => {
    const parts = [{ inlineData: { data: 'aGk=', mimeType: 'image/png' } }];
    const resultOf = (response: Record<string, unknown>) =>
      stepsOf([user({ functionResponse: { id: '1', response, parts } })]).map(
        (step) => 'result' in step && step.result,
      );
    const picture = { type: 'image', data: 'aGk=', mime_type: 'image/png' };
    expect(resultOf({})).toEqual([[picture]]);
    expect(resultOf({ output: 'a' })).toEqual([[{ type: 'text', text: 'a' }, picture]]);
    expect(resultOf({ a: 1 })).toEqual([[{ type: 'text', text: '{"a":1}' }, picture]]);
  });

  it('have the tools of the server, also those of a reply of generateContent', () => {
    const parts: object[] = [
      { toolCall: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['q'] } } },
      { toolResponse: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', response: { search_suggestions: 'x' } } },
    ];
    expect(stepsOf([model(...(parts as GeminiContentPart[]))])).toEqual([
      { type: 'google_search_call', id: '1', arguments: { queries: ['q'] } },
      { type: 'google_search_result', call_id: '1', result: [{ search_suggestions: 'x' }] },
    ]);
  });

  it('omit parts of unknown kinds, and empty ones', () => {
    expect(stepsOf([model({ text: '' }, { novelty: 1 } as GeminiContentPart), user()])).toEqual([]);
  });
});
