import type { InteractionEvent, InteractionResource } from '../../src/interaction/interactionEvent.js';
import type { Emulator } from '../../src/emulator/startEmulator.js';

export const INTERACTIONS = '/v1beta/interactions';

/** The body of a request for an interaction. */
export const input = (text: string, more: object = {}): object => ({ model: 'gemini-2.5-flash', input: text, ...more });

/** Sends a request and returns the status and the parsed body. */
export async function json(
  emulator: Emulator,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: unknown }> {
  const text = body && { body: JSON.stringify(body) };
  const response = await fetch(emulator.url + path, { method, ...text });
  return { status: response.status, body: await response.json() };
}

/** Creates an interaction without a stream. */
export async function create(emulator: Emulator, body: object = input('Hello')): Promise<InteractionResource> {
  return (await json(emulator, 'POST', INTERACTIONS, body)).body as InteractionResource;
}

/** The state of an interaction. */
export async function state(emulator: Emulator, id: string): Promise<InteractionResource> {
  return (await json(emulator, 'GET', `${INTERACTIONS}/${id}`)).body as InteractionResource;
}

/** The text of a stream that creates an interaction; what arrived, if the connection breaks. */
export function createStream(emulator: Emulator, body: object = input('Hello')): Promise<string> {
  const init = { method: 'POST', body: JSON.stringify({ ...body, stream: true }) };
  return textOfStream(fetch(emulator.url + INTERACTIONS, init));
}

/** The text of a stream of the events of an interaction, after one of them. */
export function resume(emulator: Emulator, id: string, lastEventId = ''): Promise<string> {
  const query = new URLSearchParams({ stream: 'true', ...(lastEventId && { last_event_id: lastEventId }) });
  return textOfStream(fetch(`${emulator.url}${INTERACTIONS}/${id}?${query}`));
}

async function textOfStream(opened: Promise<Response>): Promise<string> {
  let text = '';
  try {
    for await (const piece of (await opened).body!.pipeThrough(new TextDecoderStream())) text += piece;
  } catch {
    return text;
  }
  return text;
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
