import { GoogleGenAI, type GoogleGenAIOptions } from '@google/genai';
import type { ServerResponse } from 'node:http';
import type { InteractionEvent } from '../../src/interaction/interactionEvent.js';
import { eventStream, serveSse, type SeenRequest, type SseServer } from './sseServer.js';

/** A request to the Interactions API, as the server saw it. */
export interface InteractionRequestSeen extends SeenRequest {
  /** The call of the API. */
  readonly call: 'create' | 'stream' | 'get' | 'cancel';
  /** The id in the path. */
  readonly id: string | undefined;
  readonly lastEventId: string | undefined;
  readonly json: Record<string, unknown>;
}

/** Answers a request; `index` counts them from 0. */
export type InteractionAnswer = (response: ServerResponse, request: InteractionRequestSeen, index: number) => void;

export interface InteractionServer extends SseServer {
  readonly ai: GoogleGenAI;
  /** The calls of the API so far, in order. */
  readonly calls: () => string[];
  readonly seen: readonly InteractionRequestSeen[];
}

/** A server for one test, and the real SDK's client of it. */
export async function serveInteractions(
  answer: InteractionAnswer | readonly InteractionAnswer[],
  options: Partial<GoogleGenAIOptions> = {},
): Promise<InteractionServer> {
  const seen: InteractionRequestSeen[] = [];
  const server = await serveSse((response, request, index) => {
    const call = readRequest(request);
    seen.push(call);
    const each = typeof answer === 'function' ? answer : answer[Math.min(index, answer.length - 1)];
    each?.(response, call, index);
  });
  const { httpOptions, ...rest } = options;
  const ai = new GoogleGenAI({
    apiKey: 'test-key',
    httpOptions: { baseUrl: server.url, apiVersion: 'v1beta', ...httpOptions },
    ...rest,
  });
  return { ...server, ai, seen, calls: () => seen.map(({ call }) => call) };
}

export function readRequest(request: SeenRequest): InteractionRequestSeen {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const [, id, action] = /\/interactions(?:\/([^/]+))?(?:\/(cancel))?$/.exec(pathname) ?? [];
  const isStream = searchParams.get('stream') === 'true';
  return {
    ...request,
    call: action === 'cancel' ? 'cancel' : request.method === 'POST' ? 'create' : isStream ? 'stream' : 'get',
    id,
    lastEventId: searchParams.get('last_event_id') ?? undefined,
    json: request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>),
  };
}

/** The text of events, as the server sends them. */
export function sseOf(...events: readonly object[]): string {
  return events.map((event) => `event: ${typeOf(event)}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

function typeOf(event: { readonly event_type?: string }): string {
  return event.event_type ?? 'message';
}

export const doneText = 'event: done\ndata: [DONE]\n\n';

/** Answers with whole events and `[DONE]`. */
export function sends(...events: readonly object[]): InteractionAnswer {
  return (response) => response.writeHead(200, eventStream).end(sseOf(...events) + doneText);
}

/** Answers with text, and then as told. */
export function sendsText(text: string | Buffer, then: 'end' | 'break' | 'silence' = 'end'): InteractionAnswer {
  return (response) => {
    response.writeHead(200, eventStream);
    if (then === 'end') response.end(text);
    else if (then === 'silence') response.write(text);
    else response.write(text, () => setTimeout(() => response.destroy(), 2));
    if (then === 'silence') response.flushHeaders();
  };
}

/** Answers with JSON. */
export function sendsJson(json: unknown, status = 200, headers: Record<string, string> = {}): InteractionAnswer {
  return (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(json));
}

/** Never answers. */
export const isSilent: InteractionAnswer = () => undefined;

const model = 'gemini-3.5-flash';

export const created = (id = 'v1_a', fields: object = {}): InteractionEvent => ({
  event_type: 'interaction.created',
  interaction: { id, status: 'in_progress', model, ...fields },
});

export const start = (index: number, type = 'model_output', fields: object = {}): InteractionEvent => ({
  event_type: 'step.start',
  index,
  step: { type, ...fields },
});

export const says = (index: number, text: string, fields: object = {}): InteractionEvent => ({
  event_type: 'step.delta',
  index,
  delta: { type: 'text', text },
  ...fields,
});

export const delta = (index: number, fields: object): InteractionEvent => ({
  event_type: 'step.delta',
  index,
  delta: { ...fields },
});

export const stop = (index: number, fields: object = {}): InteractionEvent => ({
  event_type: 'step.stop',
  index,
  ...fields,
});

export const usage = { total_input_tokens: 1, total_output_tokens: 2, total_tokens: 3 };

export const completed = (id = 'v1_a', status = 'completed', fields: object = {}): InteractionEvent => ({
  event_type: 'interaction.completed',
  interaction: { id, status, model, usage, ...fields },
});

/** The parameters of a background run, and of a foreground one. */
export const background = { agent: 'deep-research', input: 'Hi', background: true } as const;
export const foreground = { model, input: 'Hi' } as const;

/** Reconnections without waits. */
export const quick = { reconnect: { delay: 1, poll: 1 } };
