import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplyInteraction } from '../../src/chunk/annotations.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { partsOf } from '../../src/chunk/readers.js';
import type { GeminiPart } from '../../src/chunk/response.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { isGeminiError, type GeminiError } from '../../src/errors/geminiError.js';
import { InteractionChunks } from '../../src/interaction/interactionChunks.js';
import type {
  InteractionDelta,
  InteractionEvent,
  InteractionResource,
} from '../../src/interaction/interactionEvent.js';
import type { InteractionAnnotation, InteractionStep } from '../../src/interaction/interactionStep.js';
import { deepFreeze } from '../support/deepFreeze.js';

const interaction: ReplyInteraction = { id: 'v1_a', status: 'in_progress', cursor: 'c' };
const server = { responseId: 'v1_a', interaction };

function readAll(events: readonly InteractionEvent[], place = interaction): GeminiChunk[] {
  const mapping = new InteractionChunks();
  return events.flatMap((event) => mapping.read(deepFreeze(event), place) ?? []);
}

/** The parts of the merge of all chunks. */
function partsIn(events: readonly InteractionEvent[]): readonly GeminiPart[] {
  return partsOf(readAll(events).reduce(mergeChunks, emptyChunk));
}

const created = (fields: Partial<InteractionResource> = {}): InteractionEvent => ({
  event_type: 'interaction.created',
  interaction: { id: 'v1_a', status: 'in_progress', ...fields },
});
const completed = (status: string, fields: Partial<InteractionResource> = {}): InteractionEvent => ({
  event_type: 'interaction.completed',
  interaction: { id: 'v1_a', status, ...fields },
});
const start = (step: InteractionStep, index = 0): InteractionEvent => ({ event_type: 'step.start', index, step });
const stop = (index = 0): InteractionEvent => ({ event_type: 'step.stop', index });
const delta = (piece: InteractionDelta, index = 0): InteractionEvent => ({
  event_type: 'step.delta',
  index,
  delta: piece,
});
/** A step that is only its start and its stop, or has deltas between them. */
const step = (whole: InteractionStep, ...deltas: InteractionDelta[]): InteractionEvent[] => [
  start(whole),
  ...deltas.map((piece) => delta(piece)),
  stop(),
];
const answer = (...deltas: InteractionDelta[]) => step({ type: 'model_output' }, ...deltas);

describe('the chunks of an interaction', () => {
  it('have the id, the model and the time of the creation', () => {
    const [first, second] = readAll([
      created({ model: 'gemini', created: '2026-01-01T00:00:00Z' }),
      delta({ text: 'a' }),
    ]);
    const common = { ...server, modelVersion: 'gemini' };
    expect(first).toEqual({ text: '', createTime: '2026-01-01T00:00:00Z', ...common });
    expect(second).toEqual({
      text: 'a',
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'a' }] } }],
      ...common,
    });
  });

  it('name the agent where there is no model', () => {
    expect(readAll([created({ agent: 'deep-research' })])[0]?.modelVersion).toBe('deep-research');
  });

  it('have no id if the server stores nothing', () => {
    const place = { ...interaction, id: '' };
    const chunks = readAll(
      [created({ id: '', model: 'm' }), delta({ text: 'a' }), completed('completed', { id: '' })],
      place,
    );
    expect(chunks.map((chunk) => 'responseId' in chunk)).toEqual([false, false, false]);
  });

  it('have an id without a creation, as after a cursor', () => {
    const [chunk] = readAll([delta({ type: 'text', text: 'a' })]);
    expect(chunk).toMatchObject({ text: 'a', responseId: 'v1_a' });
    expect(chunk).not.toHaveProperty('modelVersion');
  });

  it('have the annotation as it is', () => {
    const events = [created(), ...answer({ text: 'a' }), ...step({ type: 'function_call' }), completed('completed')];
    for (const chunk of readAll(events)) expect(chunk.interaction).toBe(interaction);
  });
});

describe('texts and thoughts', () => {
  it('are read from the start of a step and from its deltas', () => {
    const events = [
      start({ type: 'thought', summary: [{ text: 'I ' }], signature: '' }),
      delta({ type: 'thought_summary', content: { text: 'think' } }),
      delta({ content: { type: 'text', text: '.' } }),
      delta({ type: 'thought_signature', signature: '' }),
      delta({ signature: 'sig' }),
      stop(),
      start({ type: 'model_output', content: [{ type: 'text', text: 'Based ' }, { text: 'on' }] }, 1),
      delta({ text: ' this' }, 1),
    ];
    expect(partsIn(events)).toEqual([
      { text: 'I think.', thought: true },
      { text: '', thought: true, thoughtSignature: 'sig' },
      { text: 'Based on this' },
    ]);
  });

  it('of a thought may be a text delta, or a picture', () => {
    const picture = { type: 'image', data: 'aGk=', mime_type: 'image/png' };
    const thought = step({ type: 'thought', summary: [picture] }, { type: 'text', text: 'a' }, picture, {
      type: 'thought_summary',
      content: picture,
    });
    const part = { inlineData: { mimeType: 'image/png', data: 'aGk=' }, thought: true };
    expect(partsIn(thought)).toEqual([part, { text: 'a', thought: true }, part, part]);
  });

  it('of several steps may be interleaved', () => {
    const events = [
      start({ type: 'thought' }, 0),
      start({ type: 'model_output' }, 1),
      delta({ text: 'a' }, 1),
      delta({ text: 'b' }, 0),
      stop(0),
      delta({ text: 'c' }, 1),
    ];
    expect(partsIn(events)).toEqual([{ text: 'a' }, { text: 'b', thought: true }, { text: 'c' }]);
  });

  it('of the user are not part of the reply', () => {
    const said = { type: 'user_input', content: [{ text: 'Hi', annotations: [{ type: 'url_citation' }] }] };
    const chunks = readAll(step(said, { text: 'x', annotations: [{ type: 'url_citation' }] }));
    expect(chunks).toEqual([{ text: '', interaction }]);
  });

  it.each<[string, InteractionDelta]>([
    ['an empty text', { type: 'text', text: '' }],
    ['a file without data', { type: 'image', mime_type: 'image/png' }],
    ['an unknown delta', { type: 'hologram', data: 'aGk=' }],
    ['an empty signature', { type: 'thought_signature', signature: '' }],
  ])('make no chunk of %s', (_, piece) => {
    expect(readAll([delta(piece)])).toEqual([]);
  });
});

describe('a function call', () => {
  const call = { type: 'function_call', id: '1', name: 'f', arguments: {} };

  it('is whole at its stop, with the arguments from pieces of JSON', () => {
    const events = [
      start({ ...call, signature: 'sig' }),
      delta({ type: 'arguments_delta', arguments: '{"a"' }),
      delta({ arguments: ':[1]}' }),
    ];
    expect(readAll(events)).toEqual([{ text: '', interaction }]);
    expect(partsIn([...events, stop()])).toEqual([
      { functionCall: { id: '1', name: 'f', args: { a: [1] } }, thoughtSignature: 'sig' },
    ]);
  });

  it.each<[string, InteractionStep, InteractionDelta[], object]>([
    ['in its start', { ...call, arguments: { a: 1 } }, [], { a: 1 }],
    ['in an object', call, [{ type: 'arguments_delta', arguments: { a: 1 } }], { a: 1 }],
    ['empty', call, [], {}],
    ['absent', { type: 'function_call', id: '1', name: 'f' }, [], {}],
    ['empty JSON', call, [{ type: 'arguments_delta', arguments: '' }], {}],
    ['null', call, [{ type: 'arguments_delta', arguments: 'null' }], {}],
  ])('may have its arguments %s', (_, whole, deltas, args) => {
    expect(partsIn(step(whole, ...deltas))).toEqual([{ functionCall: { id: '1', name: 'f', args } }]);
  });

  it('gets the signature of a delta, and no empty one', () => {
    const signed = step({ ...call, signature: '' }, { type: 'thought_signature', signature: 'sig' });
    expect(partsIn(signed)[0]?.thoughtSignature).toBe('sig');
    expect(partsIn(step({ ...call, signature: '' }))[0]).not.toHaveProperty('thoughtSignature');
  });

  it.each(['{"a":', '[1]', '"x"', '{"a":1}{'])('with the arguments %s is an error', (json) => {
    const failed = () => readAll(step(call, { type: 'arguments_delta', arguments: json }));
    expect(failed).toThrow(
      expect.objectContaining({
        kind: 'malformed_call',
        finishReason: 'MALFORMED_FUNCTION_CALL',
        partial: { text: '', interaction },
      }) as Error,
    );
  });

  it('that is open at the end is emitted there, unless the reply was cut', () => {
    const open = [start(call), delta({ type: 'arguments_delta', arguments: '{"a":1}' })];
    expect(partsIn([...open, completed('requires_action')])).toHaveLength(1);
    expect(readAll([...open.slice(0, 1), delta({ arguments: '{"a' }), completed('incomplete')]).at(-1)).toEqual({
      text: '',
      candidates: [{ index: 0, finishReason: 'MAX_TOKENS' }],
      ...server,
    });
  });
});

describe('the calls and results of tools', () => {
  it('append several deltas of one step', () => {
    const search = step(
      { type: 'google_search_call', id: '1', arguments: {} },
      { type: 'google_search_call', arguments: { queries: ['a'] } },
      { type: 'google_search_call', arguments: { queries: ['b'] }, signature: 'sig' },
    );
    expect(partsIn(search)).toEqual([
      {
        toolCall: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['a', 'b'] } },
        thoughtSignature: 'sig',
      },
    ]);
    const code = step(
      { type: 'code_execution_call', id: '1' },
      { type: 'code_execution_call', arguments: { code: '1+', language: 'python' } },
      { type: 'code_execution_call', arguments: { code: '1', language: 'python' } },
    );
    expect(partsIn(code)).toEqual([{ executableCode: { id: '1', language: 'PYTHON', code: '1+1' } }]);
    const output = step(
      { type: 'code_execution_result', call_id: '1' },
      { type: 'code_execution_result', result: '2\n' },
      { type: 'code_execution_result', result: '3\n' },
    );
    expect(partsIn(output)).toEqual([{ codeExecutionResult: { id: '1', outcome: 'OUTCOME_OK', output: '2\n3\n' } }]);
  });

  it('have the pictures that a code drew as parts of their own', () => {
    const picture = { type: 'image', data: 'aGk=', mime_type: 'image/png' };
    const parts = [
      { codeExecutionResult: { id: '1', outcome: 'OUTCOME_OK', output: 'done' } },
      { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
    ];
    const listed = { type: 'code_execution_result', call_id: '1', result: [{ type: 'text', text: 'done' }, picture] };
    expect(partsIn(step(listed))).toEqual(parts);
    const streamed = { type: 'code_execution_result', call_id: '1', result: 'done' };
    expect(partsIn(step(streamed, picture))).toEqual(parts);
  });

  it('have the files of a function result as its parts', () => {
    const result = [
      { type: 'text', text: 'a' },
      { type: 'image', data: 'aGk=', mime_type: 'image/png' },
    ];
    expect(partsIn(step({ type: 'function_result', call_id: '1', name: 'f', result, is_error: true }))).toEqual([
      {
        functionResponse: {
          id: '1',
          name: 'f',
          response: { result: [{ type: 'text', text: 'a' }], isError: true },
          parts: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }],
        },
      },
    ]);
  });

  it('begin with a delta if their start is not there', () => {
    expect(partsIn([delta({ type: 'url_context_call', arguments: { urls: ['u'] } }), stop()])).toEqual([
      { toolCall: { toolType: 'URL_CONTEXT', args: { urls: ['u'] } } },
    ]);
  });

  it('begin again with another start', () => {
    const events = [
      start({ type: 'mcp_server_tool_call', id: '1', name: 'f' }),
      delta({ arguments: '{"a":1' }),
      ...step({ type: 'mcp_server_tool_call', id: '1', name: 'f' }, { arguments: '{"a":2}' }),
    ];
    expect(partsIn(events)).toMatchObject([{ toolCall: { toolType: 'MCP_SERVER_TOOL', args: { a: 2 }, name: 'f' } }]);
  });

  it('of an unknown tool have its name', () => {
    expect(partsIn(step({ type: 'computer_use_call', id: '1', arguments: { x: 1 } }))).toEqual([
      { toolCall: { id: '1', toolType: 'COMPUTER_USE', args: { x: 1 } } },
    ]);
  });
});

describe('token counts', () => {
  const usage = { total_input_tokens: 3, input_tokens_by_modality: [{ modality: 'text', tokens: 3 }] };
  const usageMetadata = { promptTokenCount: 3, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 3 }] };

  it.each<[string, InteractionEvent]>([
    ['the creation', created({ usage })],
    ['a status', { event_type: 'interaction.status_update', interaction_id: 'v1_a', status: 'queued', usage }],
    ['a delta', { event_type: 'step.delta', index: 0, delta: { text: 'a' }, metadata: { total_usage: usage } }],
    [
      'the piece of a call',
      {
        event_type: 'step.delta',
        index: 0,
        delta: { type: 'arguments_delta', arguments: '{' },
        metadata: { total_usage: usage },
      },
    ],
    ['the stop of a step', { event_type: 'step.stop', index: 0, usage }],
    ['the end', completed('completed', { usage })],
  ])('are read from %s', (_, event) => {
    expect(readAll([event])[0]?.usageMetadata).toEqual(usageMetadata);
  });

  it('of a step alone are not those of the reply', () => {
    expect(readAll([{ event_type: 'step.stop', index: 0, step_usage: usage }])).toEqual([]);
  });

  it('of an interaction that another one continues add up', () => {
    const events = [completed('requires_continuation', { usage }), created(), completed('completed', { usage })];
    const whole = readAll(events).reduce(mergeChunks, emptyChunk);
    expect(whole.usageMetadata).toMatchObject({ promptTokenCount: 6 });
    expect(whole.candidates?.[0]?.finishReason).toBe('STOP');
  });
});

describe('sources', () => {
  const cite = (url: string, at: number): InteractionAnnotation => ({
    type: 'url_citation',
    url,
    start_index: at,
    end_index: at + 1,
  });

  it('are read from the start of a step, beside its text', () => {
    const [chunk] = readAll([start({ type: 'model_output', content: [{ text: 'a', annotations: [cite('u', 0)] }] })]);
    expect(chunk?.text).toBe('a');
    expect(chunk?.candidates?.[0]?.citationMetadata).toEqual({ citations: [{ startIndex: 0, endIndex: 1, uri: 'u' }] });
    expect(chunk && toChunk(chunk)).toEqual(chunk);
  });

  it('are listed once, however often they are cited', () => {
    const pieces = [cite('u', 0), cite('v', 2), cite('u', 4)].map((annotation): InteractionDelta => ({
      annotations: [annotation],
    }));
    const [candidate] =
      readAll([...answer(...pieces), completed('completed')]).reduce(mergeChunks, emptyChunk).candidates ?? [];
    expect(candidate?.citationMetadata?.citations).toHaveLength(3);
    expect(candidate?.groundingMetadata).toEqual({
      groundingChunks: [{ web: { uri: 'u' } }, { web: { uri: 'v' } }],
      groundingSupports: [
        { segment: { startIndex: 0, endIndex: 1 }, groundingChunkIndices: [0] },
        { segment: { startIndex: 2, endIndex: 3 }, groundingChunkIndices: [1] },
        { segment: { startIndex: 4, endIndex: 5 }, groundingChunkIndices: [0] },
      ],
    });
  });

  it('cost a constant number of copies each, and are all there at the end', () => {
    const count = 4_000;
    const pieces = Array.from({ length: count }, (_, at): InteractionDelta => ({
      annotations: [cite(String(at), at)],
    }));
    const lists = readAll([...answer(...pieces), completed('completed')]).flatMap(
      (chunk) => chunk.candidates?.[0]?.groundingMetadata ?? [],
    );
    const copies = lists.reduce((sum, { groundingSupports = [] }) => sum + groundingSupports.length, 0);
    expect(lists.at(-1)?.groundingSupports).toHaveLength(count);
    expect(copies).toBeLessThan(8 * count);
  });
});

describe('the end of an interaction', () => {
  it.each([
    ['completed', 'STOP'],
    ['requires_action', 'STOP'],
    ['incomplete', 'MAX_TOKENS'],
    ['paused', 'PAUSED'],
    ['requires_continuation', undefined],
  ])('with the status %s has the finish reason %s', (status, finishReason) => {
    expect(readAll([completed(status)])[0]?.candidates).toEqual([{ index: 0, ...(finishReason && { finishReason }) }]);
  });

  it('does not repeat steps', () => {
    const steps = [{ type: 'model_output', content: [{ type: 'text', text: 'a' }] }];
    expect(partsIn([...answer({ text: 'a' }), completed('completed', { steps })])).toEqual([{ text: 'a' }]);
  });

  it('has the words of a step that failed', () => {
    const failed = step({ type: 'model_output', error: { code: 13, message: 'The tool broke' } });
    expect(readAll([...failed, completed('incomplete')]).at(-1)?.candidates?.[0]?.finishMessage).toBe('The tool broke');
  });

  function failureOf(...events: InteractionEvent[]): GeminiError {
    try {
      readAll(events);
    } catch (error) {
      if (isGeminiError(error)) return error;
    }
    throw new Error('The events have no failure');
  }

  it('is a failure by the code of its error', () => {
    const code = (code: string) => failureOf(completed('failed', { errors: [{ code, message: 'said' }] }));
    expect(failureOf(completed('failed'))).toMatchObject({ kind: 'server', message: 'The interaction failed' });
    expect(code('quota_exceeded')).toMatchObject({ kind: 'quota', retryable: false });
    expect(code('novelty')).toMatchObject({ kind: 'server', retryable: true });
    expect(failureOf(completed('cancelled'))).toMatchObject({ kind: 'cancelled', retryable: false });
    expect(failureOf(completed('budget_exceeded'))).toMatchObject({ kind: 'quota', retryable: false });
    const failed = start({ type: 'model_output', error: { code: 7, message: 'No.' } });
    expect(failureOf(failed, completed('failed'))).toMatchObject({ kind: 'permission' });
  });

  it('is a failure with the annotation and the token counts as its partial reply', () => {
    const usage = { total_tokens: 9 };
    expect(failureOf(completed('failed')).partial).toEqual({ text: '', interaction });
    expect(failureOf(completed('failed', { usage })).partial).toEqual({
      text: '',
      usageMetadata: { totalTokenCount: 9 },
      ...server,
    });
  });

  it('is a blocked prompt before content, and a blocked answer after content', () => {
    const blocked: InteractionEvent = { event_type: 'error', error: { code: 'prohibited_content', message: 'No.' } };
    expect(failureOf(blocked)).toMatchObject({ kind: 'blocked', blockReason: 'PROHIBITED_CONTENT' });
    expect(failureOf(delta({ type: 'thought_signature', signature: 's' }), blocked)).toMatchObject({ kind: 'blocked' });
    expect(failureOf(delta({ text: 'a' }), blocked)).toMatchObject({
      kind: 'safety',
      finishReason: 'PROHIBITED_CONTENT',
      message: 'The model stopped with PROHIBITED_CONTENT: No.',
    });
  });

  it('knows the content before a cursor', () => {
    const mapping = new InteractionChunks(true);
    const blocked: InteractionEvent = { event_type: 'error', error: { code: 'safety' } };
    expect(() => mapping.read(blocked, interaction)).toThrow('The model stopped with SAFETY');
  });
});

describe('other events', () => {
  it('of a status are notices, also of a bad one, whose reason follows', () => {
    const update: InteractionEvent = {
      event_type: 'interaction.status_update',
      interaction_id: 'v1_a',
      status: 'failed',
    };
    const [notice] = readAll([update]);
    expect(notice).toEqual({ text: '', interaction });
    expect(notice && isNotice(notice)).toBe(true);
  });

  it('of unknown types are skipped, as are those of early 2026', () => {
    const unknown = ['interaction.start', 'content.delta', 'interaction.complete', 'novelty'].map(
      (event_type) => ({ event_type, index: 0, delta: { text: 'a' } }) as unknown as InteractionEvent,
    );
    expect(readAll(unknown)).toEqual([]);
  });

  it('of any shape make a chunk, nothing or a typed error', () => {
    const types = ['interaction.created', 'interaction.completed', 'interaction.status_update', 'error'];
    const stepTypes = ['step.start', 'step.delta', 'step.stop'];
    const fields = [
      'type',
      'text',
      'content',
      'summary',
      'signature',
      'arguments',
      'annotations',
      'result',
      'status',
      'usage',
      'error',
      'errors',
      'steps',
      'data',
      'uri',
      'mime_type',
      'total_usage',
    ];
    const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(
          null,
          '',
          'text',
          'image',
          'audio/l16',
          'thought',
          'function_call',
          'file_search_result',
          'failed',
          1,
          true,
        ),
        fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 4 }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    })).value;
    const event = fc.record(
      {
        event_type: fc.constantFrom(...types, ...stepTypes),
        index: fc.constantFrom<unknown>(0, 1, null),
        interaction: value,
        step: value,
        delta: value,
        usage: value,
        metadata: value,
        error: value,
      },
      { requiredKeys: ['event_type'] },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        const mapping = new InteractionChunks();
        for (const each of events) {
          try {
            mapping.read(each as InteractionEvent, interaction);
          } catch (error) {
            if (!isGeminiError(error)) throw error;
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
