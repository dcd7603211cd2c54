import { request } from 'node:http';
import type { InteractionEvent, InteractionResource } from '../../../src/interaction/interactionEvent.js';
import type { Emulator } from '../../../src/emulator/startEmulator.js';

export const INTERACTIONS = '/v1beta/interactions';

/** The body of a request for an interaction. */
export const input = (text: string, more: object = {}): object => ({ model: 'gemini-2.5-flash', input: text, ...more });

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends a request without a timer, which `fetch` has. Resolves with the text so far if the connection breaks. */
function send(emulator: Emulator, method: string, path: string, body?: object): Promise<Answer> {
  return new Promise((resolve) => {
    let status = 0;
    let text = '';
    const settle = () => {
      resolve({ status, text });
    };
    const sent = request(emulator.url + path, { method, agent: false }, (response) => {
      status = response.statusCode ?? 0;
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('close', settle).on('error', settle);
    });
    sent.on('error', settle).end(body && JSON.stringify(body));
  });
}

/** Sends a request and returns the status and the parsed body. */
export async function json(
  emulator: Emulator,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: unknown }> {
  const { status, text } = await send(emulator, method, path, body);
  return { status, body: JSON.parse(text) as unknown };
}

/** Creates an interaction without a stream. */
export async function create(emulator: Emulator, body: object = input('Hello')): Promise<InteractionResource> {
  return (await json(emulator, 'POST', INTERACTIONS, body)).body as InteractionResource;
}

/** The state of an interaction. */
export async function state(emulator: Emulator, id: string): Promise<InteractionResource> {
  return (await json(emulator, 'GET', `${INTERACTIONS}/${id}`)).body as InteractionResource;
}

/** The text of a stream that creates an interaction; the text so far, if the connection breaks. */
export async function createStream(emulator: Emulator, body: object = input('Hello')): Promise<string> {
  return (await send(emulator, 'POST', INTERACTIONS, { ...body, stream: true })).text;
}

/** The text of a stream of the events of an interaction, after one of them. */
export async function resume(emulator: Emulator, id: string, lastEventId = ''): Promise<string> {
  const query = new URLSearchParams({ stream: 'true', ...(lastEventId && { last_event_id: lastEventId }) });
  return (await send(emulator, 'GET', `${INTERACTIONS}/${id}?${query}`)).text;
}

/** The events of a stream, without `[DONE]`. */
export function eventsIn(stream: string): InteractionEvent[] {
  return [...stream.matchAll(/^data: (\{.*\})$/gm)].map(([, data = '']) => JSON.parse(data) as InteractionEvent);
}

/** The types of events. */
export const typesOf = (events: readonly InteractionEvent[]): string[] => events.map((event) => event.event_type);

/** The text of the answer in events, in starts as well as in deltas. */
export function answerIn(events: readonly InteractionEvent[]): string {
  return events
    .map((event) => {
      if (event.event_type === 'step.start') return event.step.content?.map(({ text }) => text).join('') ?? '';
      return event.event_type === 'step.delta' ? (event.delta.text ?? '') : '';
    })
    .join('');
}

/** The id of the interaction that a stream is about. */
export function idIn(events: readonly InteractionEvent[]): string {
  const created = events.find((event) => event.event_type === 'interaction.created');
  return created?.event_type === 'interaction.created' ? created.interaction.id : '';
}
