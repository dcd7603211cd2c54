import type { Interactions } from '@google/genai';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ReplyInteraction } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { partsOf } from '../../src/chunk/readers.js';
import type { GeminiCandidate, GeminiPart } from '../../src/chunk/response.js';
import type { GeminiErrorKind } from '../../src/errors/kinds.js';
import { isGeminiError } from '../../src/errors/geminiError.js';
import { InteractionChunks } from '../../src/interaction/interactionChunks.js';
import type { InteractionEvent, InteractionUsage } from '../../src/interaction/interactionEvent.js';
import type {
  InteractionAnnotation,
  InteractionContent,
  InteractionStep,
} from '../../src/interaction/interactionStep.js';
import { isWholeStep } from '../../src/interaction/wholeStep.js';
import type { InteractionInputStep } from '../../src/interaction/inputStep.js';

/**
 * The proof that every type of the SDK has a place in the mapping. Each table below has an entry for each type that the
 * SDK declares, so that this file does not compile with an SDK that declares another; the tests run the entries. The
 * file is left out with 1.x (`.direct`), whose Interactions API was another one.
 */

type SdkEvent = Interactions.InteractionSSEEvent;
type SdkStep = Interactions.Step;
type SdkDelta = Interactions.StepDelta['delta'];
type SdkAnnotation = Interactions.Annotation;
type SdkContent = Interactions.Content;

/** The literals of a union that any other string may join. */
type Known<T> = T extends string ? (string & {} extends T ? never : T) : never;
type SdkStatus = Known<Interactions.InteractionStatusUpdate['status'] | Interactions.Interaction['status']>;

/** An entry for each type of a union. */
type Table<Union extends { readonly type: string }, Entry> = {
  readonly [Type in Union['type']]: Entry & { readonly example: Extract<Union, { type: Type }> };
};

/** The parts of an example; nothing if the mapping skips the type on purpose. */
interface Parts {
  readonly parts: readonly GeminiPart[] | 'skipped';
}

const interaction: ReplyInteraction = { id: 'v1_a', status: 'in_progress', cursor: 'c' };
const data = 'aGk=';

function chunksOf(...events: readonly InteractionEvent[]): GeminiChunk[] {
  const chunks = new InteractionChunks();
  return events.flatMap((event) => chunks.read(event, interaction) ?? []);
}

function partsIn(chunks: readonly GeminiChunk[]): GeminiPart[] {
  return chunks.flatMap((chunk) => partsOf(chunk));
}

const steps: Table<SdkStep, Parts> = {
  user_input: { example: { type: 'user_input', content: [{ type: 'text', text: 'Hi' }] }, parts: 'skipped' },
  model_output: {
    example: { type: 'model_output', content: [{ type: 'text', text: 'Hi' }] },
    parts: [{ text: 'Hi' }],
  },
  thought: {
    example: { type: 'thought', summary: [{ type: 'text', text: 'Hm' }], signature: 's' },
    parts: [
      { text: 'Hm', thought: true },
      { text: '', thought: true, thoughtSignature: 's' },
    ],
  },
  function_call: {
    example: { type: 'function_call', id: '1', name: 'f', arguments: { a: 1 } },
    parts: [{ functionCall: { id: '1', name: 'f', args: { a: 1 } } }],
  },
  function_result: {
    example: { type: 'function_result', call_id: '1', name: 'f', result: 'ok' },
    parts: [{ functionResponse: { id: '1', name: 'f', response: { result: 'ok' } } }],
  },
  code_execution_call: {
    example: { type: 'code_execution_call', id: '1', arguments: { code: '1+1', language: 'python' }, signature: 's' },
    parts: [sdkPart({ executableCode: { id: '1', code: '1+1', language: 'PYTHON' }, thoughtSignature: 's' })],
  },
  code_execution_result: {
    example: { type: 'code_execution_result', call_id: '1', result: '2' },
    parts: [sdkPart({ codeExecutionResult: { id: '1', outcome: 'OUTCOME_OK', output: '2' } })],
  },
  google_search_call: {
    example: { type: 'google_search_call', id: '1', arguments: { queries: ['q'] }, search_type: 'web_search' },
    parts: [
      sdkPart({
        toolCall: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['q'] }, searchType: 'web_search' },
      }),
    ],
  },
  google_search_result: {
    example: { type: 'google_search_result', call_id: '1', result: [{ search_suggestions: '<b>' }], is_error: true },
    parts: [
      {
        toolResponse: {
          id: '1',
          toolType: 'GOOGLE_SEARCH_WEB',
          response: { result: [{ search_suggestions: '<b>' }], isError: true },
        },
      },
    ],
  },
  google_maps_call: {
    example: { type: 'google_maps_call', id: '1', arguments: { queries: ['q'] } },
    parts: [{ toolCall: { id: '1', toolType: 'GOOGLE_MAPS', args: { queries: ['q'] } } }],
  },
  google_maps_result: {
    example: { type: 'google_maps_result', call_id: '1', result: [{ places: [{ name: 'p' }] }] },
    parts: [
      { toolResponse: { id: '1', toolType: 'GOOGLE_MAPS', response: { result: [{ places: [{ name: 'p' }] }] } } },
    ],
  },
  url_context_call: {
    example: { type: 'url_context_call', id: '1', arguments: { urls: ['u'] } },
    parts: [{ toolCall: { id: '1', toolType: 'URL_CONTEXT', args: { urls: ['u'] } } }],
  },
  url_context_result: {
    example: { type: 'url_context_result', call_id: '1', result: [{ url: 'u', status: 'success' }] },
    parts: [
      { toolResponse: { id: '1', toolType: 'URL_CONTEXT', response: { result: [{ url: 'u', status: 'success' }] } } },
    ],
  },
  file_search_call: {
    example: { type: 'file_search_call', id: '1' },
    parts: [{ toolCall: { id: '1', toolType: 'FILE_SEARCH' } }],
  },
  file_search_result: {
    example: { type: 'file_search_result', call_id: '1', signature: 's' },
    parts: [{ toolResponse: { id: '1', toolType: 'FILE_SEARCH', response: {} }, thoughtSignature: 's' }],
  },
  processing_call: {
    example: { type: 'processing_call', id: '1' },
    parts: [{ toolCall: { id: '1', toolType: 'MEDIA_PROCESSING' } }],
  },
  processing_result: {
    example: { type: 'processing_result', call_id: '1' },
    parts: [{ toolResponse: { id: '1', toolType: 'MEDIA_PROCESSING', response: {} } }],
  },
  retrieval_call: {
    example: { type: 'retrieval_call', id: '1', arguments: { queries: ['q'] }, retrieval_type: 'rag_store' },
    parts: [
      sdkPart({ toolCall: { id: '1', toolType: 'RETRIEVAL', args: { queries: ['q'] }, retrievalType: 'rag_store' } }),
    ],
  },
  retrieval_result: {
    example: { type: 'retrieval_result', call_id: '1', is_error: true },
    parts: [{ toolResponse: { id: '1', toolType: 'RETRIEVAL', response: { isError: true } } }],
  },
  mcp_server_tool_call: {
    example: { type: 'mcp_server_tool_call', id: '1', name: 'f', server_name: 'm', arguments: { a: 1 } },
    parts: [
      sdkPart({ toolCall: { id: '1', toolType: 'MCP_SERVER_TOOL', args: { a: 1 }, name: 'f', serverName: 'm' } }),
    ],
  },
  mcp_server_tool_result: {
    example: { type: 'mcp_server_tool_result', call_id: '1', name: 'f', server_name: 'm', result: { a: 1 } },
    parts: [
      sdkPart({
        toolResponse: {
          id: '1',
          toolType: 'MCP_SERVER_TOOL',
          response: { result: { a: 1 } },
          name: 'f',
          serverName: 'm',
        },
      }),
    ],
  },
};

/** A part that has, at run time, fields beside the declared ones. */
function sdkPart(part: Readonly<Record<string, unknown>>): GeminiPart {
  return part;
}

/** The step to which a delta belongs: by default the call or the result that the delta is, else an answer. */
interface DeltaEntry extends Parts {
  readonly start?: InteractionStep;
}

const deltas: Table<SdkDelta, DeltaEntry> = {
  text: { example: { type: 'text', text: 'Hi' }, parts: [{ text: 'Hi' }] },
  thought_summary: {
    start: { type: 'thought' },
    example: { type: 'thought_summary', content: { type: 'text', text: 'Hm' } },
    parts: [{ text: 'Hm', thought: true }],
  },
  thought_signature: {
    start: { type: 'thought' },
    example: { type: 'thought_signature', signature: 's' },
    parts: [{ text: '', thought: true, thoughtSignature: 's' }],
  },
  // Its sources are in another table.
  text_annotation_delta: { example: { type: 'text_annotation_delta', annotations: [] }, parts: [] },
  image: {
    example: { type: 'image', data, mime_type: 'image/png' },
    parts: [{ inlineData: { mimeType: 'image/png', data } }],
  },
  audio: {
    example: { type: 'audio', data, mime_type: 'audio/l16', sample_rate: 24_000, channels: 1 },
    parts: [{ inlineData: { mimeType: 'audio/l16;rate=24000;channels=1', data } }],
  },
  video: {
    example: { type: 'video', uri: 'gs://v', mime_type: 'video/mp4' },
    parts: [{ fileData: { mimeType: 'video/mp4', fileUri: 'gs://v' } }],
  },
  document: {
    example: { type: 'document', data, mime_type: 'application/pdf' },
    parts: [{ inlineData: { mimeType: 'application/pdf', data } }],
  },
  arguments_delta: {
    start: { type: 'function_call', id: '1', name: 'f', arguments: {} },
    example: { type: 'arguments_delta', arguments: '{"a":1}' },
    parts: [{ functionCall: { id: '1', name: 'f', args: { a: 1 } } }],
  },
  function_result: {
    example: { type: 'function_result', name: 'f', result: 'ok' },
    parts: [{ functionResponse: { id: '1', name: 'f', response: { result: 'ok' } } }],
  },
  code_execution_call: {
    example: { type: 'code_execution_call', arguments: { code: '1+1', language: 'python' } },
    parts: [sdkPart({ executableCode: { id: '1', code: '1+1', language: 'PYTHON' } })],
  },
  code_execution_result: {
    example: { type: 'code_execution_result', result: 'oh', is_error: true },
    parts: [sdkPart({ codeExecutionResult: { id: '1', outcome: 'OUTCOME_FAILED', output: 'oh' } })],
  },
  google_search_call: {
    example: { type: 'google_search_call', arguments: { queries: ['q'] }, signature: 's' },
    parts: [{ toolCall: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['q'] } }, thoughtSignature: 's' }],
  },
  google_search_result: {
    example: { type: 'google_search_result', result: [{ search_suggestions: 'x' }] },
    parts: [
      {
        toolResponse: { id: '1', toolType: 'GOOGLE_SEARCH_WEB', response: { result: [{ search_suggestions: 'x' }] } },
      },
    ],
  },
  google_maps_call: {
    example: { type: 'google_maps_call', arguments: { queries: ['q'] } },
    parts: [{ toolCall: { id: '1', toolType: 'GOOGLE_MAPS', args: { queries: ['q'] } } }],
  },
  google_maps_result: {
    example: { type: 'google_maps_result', result: [] },
    parts: [{ toolResponse: { id: '1', toolType: 'GOOGLE_MAPS', response: { result: [] } } }],
  },
  url_context_call: {
    example: { type: 'url_context_call', arguments: { urls: ['u'] } },
    parts: [{ toolCall: { id: '1', toolType: 'URL_CONTEXT', args: { urls: ['u'] } } }],
  },
  url_context_result: {
    example: { type: 'url_context_result', result: [], is_error: true },
    parts: [{ toolResponse: { id: '1', toolType: 'URL_CONTEXT', response: { result: [], isError: true } } }],
  },
  file_search_call: {
    example: { type: 'file_search_call' },
    parts: [{ toolCall: { id: '1', toolType: 'FILE_SEARCH' } }],
  },
  file_search_result: {
    example: { type: 'file_search_result', result: [{}] },
    parts: [{ toolResponse: { id: '1', toolType: 'FILE_SEARCH', response: { result: [{}] } } }],
  },
  processing_call: {
    example: { type: 'processing_call', signature: 's' },
    parts: [{ toolCall: { id: '1', toolType: 'MEDIA_PROCESSING' }, thoughtSignature: 's' }],
  },
  processing_result: {
    example: { type: 'processing_result' },
    parts: [{ toolResponse: { id: '1', toolType: 'MEDIA_PROCESSING', response: {} } }],
  },
  retrieval_call: {
    example: { type: 'retrieval_call', arguments: { queries: ['q'] }, retrieval_type: 'rag_store' },
    parts: [
      sdkPart({ toolCall: { id: '1', toolType: 'RETRIEVAL', args: { queries: ['q'] }, retrievalType: 'rag_store' } }),
    ],
  },
  retrieval_result: {
    example: { type: 'retrieval_result', is_error: true },
    parts: [{ toolResponse: { id: '1', toolType: 'RETRIEVAL', response: { isError: true } } }],
  },
  mcp_server_tool_call: {
    example: { type: 'mcp_server_tool_call', name: 'f', server_name: 'm', arguments: { a: 1 } },
    parts: [
      sdkPart({ toolCall: { id: '1', toolType: 'MCP_SERVER_TOOL', args: { a: 1 }, name: 'f', serverName: 'm' } }),
    ],
  },
  mcp_server_tool_result: {
    example: { type: 'mcp_server_tool_result', result: 'ok' },
    parts: [{ toolResponse: { id: '1', toolType: 'MCP_SERVER_TOOL', response: { result: 'ok' } } }],
  },
};

const range = { start_index: 1, end_index: 3 };
const startAndEnd = { startIndex: 1, endIndex: 3 };
const supports = [{ segment: startAndEnd, groundingChunkIndices: [0] }];

const annotations: Table<SdkAnnotation, { readonly sources: Omit<GeminiCandidate, 'index'> | 'skipped' }> = {
  url_citation: {
    example: { type: 'url_citation', url: 'https://a', title: 'A', ...range },
    sources: {
      citationMetadata: { citations: [{ ...startAndEnd, uri: 'https://a', title: 'A' }] },
      groundingMetadata: {
        groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }],
        groundingSupports: supports,
      },
    },
  },
  file_citation: {
    example: { type: 'file_citation', document_uri: 'doc', file_name: 'A', ...range },
    sources: {
      citationMetadata: { citations: [{ ...startAndEnd, uri: 'doc', title: 'A' }] },
      groundingMetadata: {
        groundingChunks: [{ retrievedContext: { uri: 'doc', title: 'A' } }],
        groundingSupports: supports,
      },
    },
  },
  place_citation: {
    example: { type: 'place_citation', url: 'https://a', name: 'A', place_id: 'p', ...range },
    sources: {
      citationMetadata: { citations: [{ ...startAndEnd, uri: 'https://a', title: 'A' }] },
      groundingMetadata: {
        groundingChunks: [{ maps: { uri: 'https://a', title: 'A', placeId: 'p' } }],
        groundingSupports: supports,
      },
    },
  },
  speech_metadata: { example: { type: 'speech_metadata', speaker: 'A', ...range }, sources: 'skipped' },
  word_info: { example: { type: 'word_info', text: 'word', ...range }, sources: 'skipped' },
};

const contents: Table<SdkContent, Parts> = {
  text: { example: { type: 'text', text: 'Hi' }, parts: [{ text: 'Hi' }] },
  image: { example: { type: 'image', data }, parts: [{ inlineData: { data } }] },
  audio: { example: { type: 'audio', uri: 'gs://a' }, parts: [{ fileData: { fileUri: 'gs://a' } }] },
  video: { example: { type: 'video', uri: 'gs://v' }, parts: [{ fileData: { fileUri: 'gs://v' } }] },
  document: { example: { type: 'document', data }, parts: [{ inlineData: { data } }] },
};

/** The end for each status of `interaction.completed`: a finish reason, the kind of an error, or no end. */
const statuses: Readonly<Record<SdkStatus, 'STOP' | 'MAX_TOKENS' | GeminiErrorKind | 'open'>> = {
  completed: 'STOP',
  requires_action: 'STOP',
  incomplete: 'MAX_TOKENS',
  failed: 'server',
  cancelled: 'cancelled',
  budget_exceeded: 'quota',
  requires_continuation: 'open',
  in_progress: 'open',
  queued: 'open',
};

/** The result of each event: a chunk, a notice, or an error. */
const events: {
  readonly [Type in SdkEvent['event_type']]: {
    readonly example: Extract<SdkEvent, { event_type: Type }>;
    readonly becomes: 'chunk' | 'notice' | 'nothing' | 'error';
  };
} = {
  'interaction.created': {
    example: { event_type: 'interaction.created', interaction: { id: 'v1_a', status: 'in_progress', model: 'm' } },
    becomes: 'chunk',
  },
  'interaction.status_update': {
    example: { event_type: 'interaction.status_update', interaction_id: 'v1_a', status: 'queued' },
    becomes: 'notice',
  },
  'step.start': {
    example: { event_type: 'step.start', index: 0, step: { type: 'model_output' } },
    becomes: 'notice',
  },
  'step.delta': {
    example: { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'Hi' } },
    becomes: 'chunk',
  },
  'step.stop': { example: { event_type: 'step.stop', index: 0 }, becomes: 'nothing' },
  'interaction.completed': {
    example: { event_type: 'interaction.completed', interaction: { id: 'v1_a', status: 'completed' } },
    becomes: 'chunk',
  },
  error: { example: { event_type: 'error', error: { code: 'api_error', message: 'm' } }, becomes: 'error' },
};

describe('the types of the SDK', () => {
  it('are assignable to ours, and the steps that we write to the input of the SDK', () => {
    expectTypeOf<SdkEvent>().toExtend<InteractionEvent>();
    expectTypeOf<SdkStep>().toExtend<InteractionStep>();
    expectTypeOf<SdkContent>().toExtend<InteractionContent>();
    expectTypeOf<SdkAnnotation>().toExtend<InteractionAnnotation>();
    expectTypeOf<Interactions.Usage>().toExtend<InteractionUsage>();
    expectTypeOf<InteractionInputStep>().toExtend<SdkStep>();
    expectTypeOf<InteractionInputStep[]>().toExtend<NonNullable<Interactions.InteractionCreateParams['input']>>();
    expectTypeOf<InteractionInputStep>().toExtend<InteractionStep>();
    expectTypeOf<{ type: 'nonsense' }[]>().not.toExtend<NonNullable<Interactions.InteractionCreateParams['input']>>();
  });

  it.each(entriesOf(steps))('the step %s, whole at its start, has its place', (_, { example, parts }) => {
    const chunks = chunksOf(
      { event_type: 'step.start', index: 0, step: example },
      { event_type: 'step.stop', index: 0 },
    );
    expect(partsIn(chunks)).toEqual(parts === 'skipped' ? [] : parts);
  });

  it.each(entriesOf(deltas))('the delta %s has its place', (_, { start, example, parts }) => {
    const chunks = chunksOf(
      { event_type: 'step.start', index: 0, step: start ?? startOf(example.type) },
      { event_type: 'step.delta', index: 0, delta: example },
      { event_type: 'step.stop', index: 0 },
    );
    expect(partsIn(chunks)).toEqual(parts === 'skipped' ? [] : parts);
  });

  it.each(entriesOf(annotations))('the annotation %s has its place', (_, { example, sources }) => {
    const [chunk] = chunksOf({
      event_type: 'step.delta',
      index: 0,
      delta: { type: 'text_annotation_delta', annotations: [example] },
    });
    expect(chunk?.candidates).toEqual(sources === 'skipped' ? undefined : [{ index: 0, ...sources }]);
  });

  it.each(entriesOf(contents))(
    'the content %s has its place, in an answer and in a thought',
    (_, { example, parts }) => {
      const step = (type: string, content: object) =>
        partsIn(chunksOf({ event_type: 'step.start', index: 0, step: { type, ...content } }));
      expect(step('model_output', { content: [example] })).toEqual(parts);
      const thoughts = (parts as readonly GeminiPart[]).map((part) => ({ ...part, thought: true }));
      expect(step('thought', { summary: [example] })).toEqual(thoughts);
    },
  );

  it.each(Object.entries(statuses))('the status %s has its end', (status, end) => {
    const completed: InteractionEvent = { event_type: 'interaction.completed', interaction: { id: 'v1_a', status } };
    let ended: unknown = 'open';
    try {
      ended = chunksOf(completed)[0]?.candidates?.[0]?.finishReason ?? 'open';
    } catch (error) {
      if (isGeminiError(error)) ended = error.kind;
    }
    expect(ended).toBe(end);
  });

  it.each(Object.entries(events))('the event %s has its place', (_, { example, becomes }) => {
    const read = () => chunksOf(example)[0];
    if (becomes === 'error') {
      expect(read).toThrow('The service failed');
      return;
    }
    const chunk = read();
    expect(chunk ? (isNotice(chunk) ? 'notice' : 'chunk') : 'nothing').toBe(becomes);
  });
});

/** The start of a call or of a result, which has only its id; or of an answer. */
function startOf(type: string): InteractionStep {
  if (!isWholeStep(type)) return { type: 'model_output' };
  return type.endsWith('_call') ? { type, id: '1' } : { type, call_id: '1' };
}

/** The entries of a table, without the type of each example. */
function entriesOf<Entry>(table: Readonly<Record<string, Entry>>): [string, Entry][] {
  return Object.entries(table);
}
