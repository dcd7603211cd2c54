import { describe, expect, it } from 'vitest';
import { agUiEvents, contentsFromAgUi, type AgUiEvent, type AgUiMessage, type AgUiRun } from '../../../src/agUi.js';
import {
  GeminiError,
  isGeminiError,
  mergeChunks,
  type GeminiChunk,
  type GeminiPart,
  type ReplyAnnotations,
} from '../../../src/index.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk } from '../../../src/testing.js';
import { publicError } from '../../../src/errors/publicError.js';

const run: AgUiRun = { threadId: 't', runId: 'r', protocolVersion: '1.0' };
const oldRun: AgUiRun = { threadId: 't', runId: 'r' };
const started = { type: 'RUN_STARTED', threadId: 't', runId: 'r', protocolVersion: '1.0' };
const finished = { type: 'RUN_FINISHED', threadId: 't', runId: 'r' };

/** The events of a reply that ends, or fails, with the random part of ids removed. */
function eventsOf(chunks: readonly GeminiChunk[], failure?: unknown, input = run): AgUiEvent[] {
  const encoder = agUiEvents(input).begin();
  const events = [...encoder.start(), ...chunks.flatMap((each) => encoder.chunk(each))];
  events.push(...(failure === undefined ? encoder.end() : encoder.failure(publicError(failure))));
  return JSON.parse(JSON.stringify(events).replace(/run-[0-9a-z]+-/g, '')) as AgUiEvent[];
}

/** The events between the start and the end of a run. */
const inner = (...chunks: readonly GeminiChunk[]) => eventsOf(chunks).slice(1, -1);
const types = (events: readonly AgUiEvent[]) => events.map(({ type }) => type);
const marked = (annotations: ReplyAnnotations): GeminiChunk => ({ text: '', ...annotations });
const text = (messageId: string, ...deltas: readonly string[]) => [
  { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' },
  ...deltas.map((delta) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta })),
  { type: 'TEXT_MESSAGE_END', messageId },
];
const thought = (messageId: string, ...deltas: readonly string[]) => [
  { type: 'REASONING_START', messageId },
  { type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' },
  ...deltas.map((delta) => ({ type: 'REASONING_MESSAGE_CONTENT', messageId, delta })),
  { type: 'REASONING_MESSAGE_END', messageId },
  { type: 'REASONING_END', messageId },
];
const call = (toolCallId: string, toolCallName: string, parentMessageId: string, ...deltas: readonly string[]) => [
  { type: 'TOOL_CALL_START', toolCallId, toolCallName, parentMessageId },
  ...deltas.map((delta) => ({ type: 'TOOL_CALL_ARGS', toolCallId, delta })),
  { type: 'TOOL_CALL_END', toolCallId },
];
const signature = (subtype: string, entityId: string, encryptedValue: string) => ({
  type: 'REASONING_ENCRYPTED_VALUE',
  subtype,
  entityId,
  encryptedValue,
});
const result = (messageId: string, toolCallId: string, content: string) => ({
  type: 'TOOL_CALL_RESULT',
  messageId,
  toolCallId,
  content,
  role: 'tool',
});
const custom = (name: string, value: unknown) => ({ type: 'CUSTOM', name, value });

describe('agUiEvents', () => {
  it('has no event for a wait', () => {
    const retrying = { attempt: 1, delay: 5, kind: 'network' } as const;
    expect(inner(marked({ queued: { position: 1, delay: 5 } }), marked({ retrying }))).toEqual([]);
  });

  it('starts, streams the text and finishes with the token counts', () => {
    const usage = { promptTokenCount: 3, toolUsePromptTokenCount: 1, candidatesTokenCount: 4, thoughtsTokenCount: 2 };
    const chunks = [chunk('Hello, ', { modelVersion: 'm' }), chunk('world'), finishChunk('STOP', usage)];
    expect(eventsOf(chunks)).toEqual([
      started,
      ...text('text-1', 'Hello, ', 'world'),
      {
        ...finished,
        metadata: { finishReason: 'STOP' },
        usage: [
          {
            provider: 'google',
            model: 'm',
            inputTokens: 4,
            outputTokens: 6,
            totalTokens: 10,
            reasoningTokens: 2,
          },
        ],
      },
    ]);
  });

  it('sends an empty reply, and leaves out counts that a client refuses', () => {
    expect(eventsOf([])).toEqual([started, finished]);
    const usage = { promptTokenCount: -1, candidatesTokenCount: 1.5, cachedContentTokenCount: 2 };
    expect(eventsOf([{ text: '', usageMetadata: usage }])[1]).toEqual({
      ...finished,
      usage: [{ provider: 'google', cachedInputTokens: 2 }],
    });
  });

  it('separates thoughts from the text', () => {
    expect(inner(thoughtChunk('Hm'), thoughtChunk('.'), chunk('Yes'), thoughtChunk('Or?'), chunk('No'))).toEqual([
      ...thought('thought-1', 'Hm', '.'),
      ...text('text-2', 'Yes'),
      ...thought('thought-3', 'Or?'),
      ...text('text-4', 'No'),
    ]);
  });

  it('gives parallel calls ids and one parent: the text before them, or a message of their own', () => {
    const calls = partsChunk([
      { functionCall: { name: 'a', args: { x: 1 } } },
      { functionCall: { name: 'a' } },
      { functionCall: { name: 'b', id: 'own' } },
    ]);
    const events = (parent: string) => [
      ...call('local-call-1', 'a', parent, '{"x":1}'),
      ...call('local-call-2', 'a', parent, '{}'),
      ...call('own', 'b', parent, '{}'),
    ];
    expect(inner(calls)).toEqual(events('calls-1'));
    expect(inner(chunk('See'), calls, chunk('!'))).toEqual([
      ...text('text-1', 'See'),
      ...events('text-1'),
      ...text('text-2', '!'),
    ]);
  });

  const first: GeminiPart = {
    functionCall: { name: 'a', id: 'c', partialArgs: [{ jsonPath: '$.x', stringValue: 'Os' }], willContinue: true },
  };
  const more: GeminiPart = {
    functionCall: { partialArgs: [{ jsonPath: '$.x', stringValue: 'lo' }], willContinue: true },
  };
  it('streams arguments, which are JSON when joined', () => {
    const last: GeminiPart = { functionCall: {}, thoughtSignature: 's' };
    expect(inner(partsChunk([first]), partsChunk([more]), partsChunk([last]))).toEqual([
      ...call('c', 'a', 'calls-1', '{"x":"Os', 'lo', '"}'),
      signature('tool-call', 'c', 's'),
    ]);
  });

  it('ends a call that was cut without the end of its JSON, so that nobody runs it', () => {
    expect(inner(partsChunk([first]))).toEqual(call('c', 'a', 'calls-1', '{"x":"Os'));
    const bare = partsChunk([{ functionCall: { name: 'a', id: 'c', willContinue: true } }]);
    expect(inner(bare)).toEqual(call('c', 'a', 'calls-1', '{'));
    expect(types(eventsOf([partsChunk([first])], new GeminiError('x', { kind: 'network' })))).toEqual([
      'RUN_STARTED',
      'TOOL_CALL_START',
      'TOOL_CALL_ARGS',
      'TOOL_CALL_END',
      'RUN_ERROR',
    ]);
  });

  it('sends the results of tools, once, and gives the calls of each step a message of their own', () => {
    const tool = { call: { id: '1', name: 'a', args: {} }, status: 'complete', response: { sky: 'grey' } } as const;
    const answered: GeminiPart = { functionResponse: { id: '1', name: 'a', response: { sky: 'grey' } } };
    expect(
      inner(
        chunk('Let me see.'),
        callChunk('a', {}, '1'),
        marked({ tool: { ...tool, status: 'running', progress: 0.5, response: undefined } }),
        marked({ tool }),
        partsChunk([answered]),
        callChunk('a', {}, '2'),
        partsChunk([
          { functionResponse: { id: '2', name: 'a', response: { error: 'No' }, parts: [{ inlineData: {} }] } },
        ]),
        chunk('Done.'),
      ),
    ).toEqual([
      ...text('text-1', 'Let me see.'),
      ...call('1', 'a', 'text-1', '{}'),
      custom('gemini.progress', { toolCallId: '1', toolCallName: 'a', progress: 0.5 }),
      result('tool-1', '1', '{"sky":"grey"}'),
      ...call('2', 'a', 'calls-2', '{}'),
      result('tool-3', '2', '{"error":"No"}'),
      custom('gemini.part', { inlineData: {} }),
      ...text('text-2', 'Done.'),
    ]);
  });

  it('sends files, code and tools of the server as parts', () => {
    const parts: GeminiPart[] = [
      { executableCode: { code: '1', language: 'PYTHON' } },
      { codeExecutionResult: { output: '1' } },
      { toolCall: { id: 't', toolType: 'URL_CONTEXT', args: {} }, thoughtSignature: 's' },
      { toolResponse: { id: 't', toolType: 'URL_CONTEXT', response: {} } },
      { inlineData: { data: 'AAAA', mimeType: 'image/png' } },
      { fileData: { fileUri: 'gs://a/b' } },
    ];
    expect(inner(partsChunk(parts))).toEqual(parts.map((part) => custom('gemini.part', part)));
  });

  describe('signatures', () => {
    const signed = (signatureText: string, part: GeminiPart = { text: '' }): GeminiChunk =>
      partsChunk([{ ...part, thoughtSignature: signatureText }]);

    it('belong to the text, the thought or the call that has them, which they end', () => {
      expect(
        inner(
          signed('s1', { text: 'Hm', thought: true }),
          chunk('Hel'),
          signed('s2', { text: 'lo' }),
          chunk('!'),
          signed('s3'),
          signed('s4', { functionCall: { name: 'a', id: '1' } }),
        ),
      ).toEqual([
        ...thought('thought-1', 'Hm'),
        signature('message', 'thought-1', 's1'),
        ...text('text-2', 'Hel', 'lo'),
        signature('message', 'text-2', 's2'),
        ...text('text-3', '!'),
        signature('message', 'text-3', 's3'),
        ...call('1', 'a', 'text-3', '{}'),
        signature('tool-call', '1', 's4'),
      ]);
    });

    it('of empty parts go to a text, then to a call, without one', () => {
      const calls = [chunk('Yes'), callChunk('a', {}, '1'), callChunk('b', {}, '2')];
      expect(inner(...calls, signed('s1'), signed('s2'), signed('s3')).slice(-8)).toEqual([
        { type: 'TOOL_CALL_END', toolCallId: '2' },
        signature('message', 'text-1', 's1'),
        signature('tool-call', '2', 's2'),
        ...thought('signature-1'),
        signature('message', 'signature-1', 's3'),
      ]);
    });

    it('of thoughts without a summary are empty thoughts', () => {
      expect(inner(signed('s', { text: '', thought: true }), chunk('Yes'))).toEqual([
        ...thought('signature-1'),
        signature('message', 'signature-1', 's'),
        ...text('text-1', 'Yes'),
      ]);
    });

    it('do not go to an earlier step', () => {
      const answered: GeminiPart = { functionResponse: { id: '1', name: 'a', response: {} } };
      const step = [chunk('Yes'), callChunk('a', {}, '1'), partsChunk([answered])];
      expect(inner(...step, signed('s')).at(-1)).toEqual(signature('message', 'signature-2', 's'));
    });
  });

  describe('sources', () => {
    const web = (uri: string) => ({ groundingMetadata: { groundingChunks: [{ web: { uri } }] } });
    const cited = (uri: string) => ({ citationMetadata: { citations: [{ uri }] } });
    const last = (fields: object, ...parts: GeminiPart[]): GeminiChunk => ({
      text: '',
      candidates: [{ index: 0, content: { parts }, ...fields }],
    });

    it('are metadata of their message, also with the signature that ends it', () => {
      const all = last({ ...web('u'), ...cited('v') }, { text: '', thoughtSignature: 's' });
      const metadata = { ...web('u'), citations: [{ uri: 'v' }] };
      expect(inner(chunk('Yes'), all, last(web('u')))).toEqual([
        ...text('text-1', 'Yes').slice(0, -1),
        { type: 'TEXT_MESSAGE_END', messageId: 'text-1', metadata },
        signature('message', 'text-1', 's'),
      ]);
      expect(inner(chunk('Yes'), last(web('u')), last(cited('v')), last({ groundingMetadata: {} })).at(-1)).toEqual({
        type: 'TEXT_MESSAGE_END',
        messageId: 'text-1',
        metadata,
      });
    });

    it('that come later are an event of their own, also when the reply fails', () => {
      const chunks = [chunk('Yes'), callChunk('a', {}, '1'), last(web('u')), last(cited('v'))];
      const sources = custom('gemini.sources', { ...web('u'), citations: [{ uri: 'v' }] });
      expect(inner(...chunks).at(-1)).toEqual(sources);
      expect(eventsOf(chunks, new GeminiError('x', { kind: 'network' })).at(-2)).toEqual(sources);
    });

    it('belong to their step', () => {
      const answered: GeminiPart = { functionResponse: { id: '1', name: 'a', response: {} } };
      const steps = [
        last(web('u'), { text: 'One' }, { functionCall: { name: 'a', id: '1' } }),
        partsChunk([answered]),
        last(web('v'), { text: 'Two' }),
      ];
      const ends = inner(...steps).filter(({ type }) => type === 'TEXT_MESSAGE_END' || type === 'CUSTOM');
      expect(ends.map(({ metadata }) => metadata)).toEqual([web('u'), web('v')]);
    });
  });

  it('closes open messages at a failure, and sends the public form of the error', () => {
    const error = new GeminiError('secret words of the server', {
      kind: 'rate_limit',
      status: 429,
      retryAfter: 7000,
    });
    expect(eventsOf([chunk('Half'), finishChunk('STOP', { promptTokenCount: 1 })], error)).toEqual([
      started,
      ...text('text-1', 'Half'),
      {
        type: 'RUN_ERROR',
        message: 'Too many requests; wait and try again',
        code: 'rate_limit',
        usage: [{ provider: 'google', inputTokens: 1, totalTokens: 1 }],
        metadata: { retryable: true, retryAfter: 7000, status: 429 },
      },
    ]);
  });

  it('ends a cancelled reply as its client understands it', () => {
    const cancelled = marked({ cancelled: { reason: 'stop' } });
    const outcome = { ...finished, outcome: { type: 'cancelled' } };
    const abort = { type: 'RUN_ERROR', message: 'The reply was cancelled', code: 'abort' };
    const error = new GeminiError('x', { kind: 'cancelled' });
    expect(eventsOf([chunk('Half'), cancelled])).toEqual([started, ...text('text-1', 'Half'), outcome]);
    expect(eventsOf([], error).at(-1)).toEqual(outcome);
    expect(eventsOf([cancelled], undefined, oldRun)).toEqual([
      { type: 'RUN_STARTED', threadId: 't', runId: 'r' },
      abort,
    ]);
    expect(eventsOf([], error, oldRun).at(-1)).toEqual(abort);
  });

  it('reports an early end on purpose as a success', () => {
    expect(eventsOf([chunk('Half'), marked({ stopped: { reason: 'maxChars' } })]).at(-1)).toEqual({
      ...finished,
      metadata: { stopped: { reason: 'maxChars' } },
    });
  });

  it('reports why a prompt was blocked, if nobody made it a failure', () => {
    expect(eventsOf([toChunk({ promptFeedback: { blockReason: 'SAFETY' } })]).at(-1)).toEqual({
      ...finished,
      metadata: { blockReason: 'SAFETY' },
    });
  });

  it('makes other ids at each run, and shares no state between replies', () => {
    const format = agUiEvents(run);
    const [a, b] = [format.begin(), format.begin()];
    const ids = [a, b].flatMap((encoder) =>
      encoder.chunk(partsChunk([{ text: 'x' }, { functionCall: { name: 'a' } }])),
    );
    const unique = new Set(ids.flatMap((event) => ('toolCallName' in event ? event.toolCallId : [])));
    expect(unique.size).toBe(2);
    a.chunk(marked({ cancelled: { reason: 'stop' } }));
    expect(b.end().at(-1)).toEqual(finished);
  });

  it('gives a call whose id an earlier call has another id, and its result too', () => {
    const messages: AgUiMessage[] = [
      { role: 'user', content: 'Go' },
      { role: 'assistant', toolCalls: [{ id: '1', function: { name: 'a', arguments: '{}' } }] },
    ];
    const answered = (id: string): GeminiChunk =>
      partsChunk([{ functionResponse: { id, name: 'a', response: { id } } }]);
    const chunks = [
      callChunk('a', {}, '1'),
      answered('1'),
      callChunk('a', {}, '2'),
      answered('2'),
      callChunk('a', {}, '2'),
    ];
    const events = eventsOf([...chunks, answered('2')], undefined, { ...run, messages } as AgUiRun);
    const ids = events.flatMap((event) =>
      event.type === 'TOOL_CALL_RESULT' ? [[event.toolCallId, event.content]] : [],
    );
    expect(ids).toEqual([
      ['local-call-1', '{"id":"1"}'],
      ['2', '{"id":"2"}'],
      ['local-call-2', '{"id":"2"}'],
    ]);
    const hostile = { ...run, messages: [null, { toolCalls: [null, { id: 1 }] }, { toolCalls: 'x' }] };
    expect(eventsOf([], undefined, hostile as unknown as AgUiRun)).toEqual([started, finished]);
  });

  it('needs neither headers nor a terminator', () => {
    expect(Object.keys(agUiEvents(run))).toEqual(['begin']);
  });

  it('spells the same messages when chunks are merged, and these return the reply', () => {
    const chunks = [
      thoughtChunk('Hm, '),
      partsChunk([{ text: 'so.', thought: true, thoughtSignature: 's0' }]),
      chunk('Let me '),
      chunk('see.'),
      partsChunk([first]),
      partsChunk([more]),
      partsChunk([{ functionCall: {}, thoughtSignature: 's1' }]),
      callChunk('b', { y: [1] }, 'd'),
      partsChunk([
        { functionResponse: { id: 'c', name: 'a', response: { sky: 'grey' } } },
        { functionResponse: { id: 'd', name: 'b', response: { output: 'x' } } },
      ]),
      chunk('Grey '),
      chunk('it is.'),
      partsChunk([{ text: '', thoughtSignature: 's2' }]),
    ];
    const messages = messagesOf(eventsOf(chunks));
    for (let cut = 0; cut <= chunks.length; cut++) {
      const merged = [chunks.slice(0, cut), chunks.slice(cut)].map((half) => half.reduce(mergeChunks, { text: '' }));
      expect(messagesOf(eventsOf(merged))).toEqual(messages);
    }
    const asked: AgUiMessage = { role: 'user', content: 'Sky?' };
    expect(contentsFromAgUi({ ...run, messages: [asked, ...messages] })).toEqual([
      { role: 'user', parts: [{ text: 'Sky?' }] },
      {
        role: 'model',
        parts: [
          { text: 'Hm, so.', thought: true, thoughtSignature: 's0' },
          { text: 'Let me see.' },
          { functionCall: { id: 'c', name: 'a', args: { x: 'Oslo' } }, thoughtSignature: 's1' },
          { functionCall: { id: 'd', name: 'b', args: { y: [1] } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'c', name: 'a', response: { sky: 'grey' } } },
          { functionResponse: { id: 'd', name: 'b', response: { output: 'x' } } },
        ],
      },
      { role: 'model', parts: [{ text: 'Grey it is.', thoughtSignature: 's2' }] },
    ]);
  });

  it.each([
    ['input', undefined],
    ['input', 'SECRET'],
    ['threadId', { runId: 'SECRET' }],
    ['runId', { threadId: 'SECRET', runId: 1 }],
    ['protocolVersion', { threadId: 'SECRET', runId: 'r', protocolVersion: 1 }],
  ])('refuses a wrong `%s`, and quotes nothing of it', (place, input) => {
    const make = () => agUiEvents(input as unknown as AgUiRun);
    expect(make).toThrow(`\`${place}\``);
    expect(make).not.toThrow('SECRET');
    expect(make).toThrow(expect.toSatisfy(isGeminiError));
  });
});

/** The messages that a client makes of events. */
function messagesOf(events: readonly AgUiEvent[]): AgUiMessage[] {
  interface Call {
    id: string;
    function: { name: string; arguments: string };
    encryptedValue?: string;
  }
  interface Message {
    id: string;
    role: AgUiMessage['role'];
    content?: string;
    toolCalls?: Call[];
    encryptedValue?: string;
  }
  const messages: Message[] = [];
  const find = (id: string) => messages.find((message) => message.id === id);
  const findCall = (id: string) => messages.flatMap(({ toolCalls = [] }) => toolCalls).find((each) => each.id === id);
  for (const event of events) {
    if (event.type === 'TEXT_MESSAGE_START' || event.type === 'REASONING_MESSAGE_START') {
      messages.push({ id: event.messageId, role: event.role, content: '' });
    } else if (event.type === 'TEXT_MESSAGE_CONTENT' || event.type === 'REASONING_MESSAGE_CONTENT') {
      const message = find(event.messageId);
      if (message) message.content = (message.content ?? '') + event.delta;
    } else if (event.type === 'TOOL_CALL_START') {
      const parent = find(event.parentMessageId) ?? { id: event.parentMessageId, role: 'assistant' };
      if (!find(parent.id)) messages.push(parent);
      const made = { id: event.toolCallId, function: { name: event.toolCallName, arguments: '' } };
      (parent.toolCalls ??= []).push(made);
    } else if (event.type === 'TOOL_CALL_ARGS') {
      const grown = findCall(event.toolCallId);
      if (grown) grown.function.arguments += event.delta;
    } else if (event.type === 'TOOL_CALL_RESULT') {
      const { messageId: id, role, content, toolCallId } = event;
      messages.push({ id, role, content, toolCallId } as Message);
    } else if (event.type === 'REASONING_ENCRYPTED_VALUE') {
      const owner = event.subtype === 'message' ? find(event.entityId) : findCall(event.entityId);
      if (owner) owner.encryptedValue = event.encryptedValue;
    }
  }
  return messages;
}
