import { duration, seconds } from './gauges.js';
import { counted, whole } from './outcome.js';
import type { Moment, Recording } from './recording.js';

/** An event in words. */
export interface Description {
  readonly time: string;
  readonly row: string;
  /** The event, such as "chunk 3" or "error: network". */
  readonly event: string;
  /** The text or the label that it has. */
  readonly text: string;
  /** Its size and origin, if it is text. */
  readonly detail: string;
}

/** The kinds of values, as people call them. */
export const valueNames = {
  thought: 'thought',
  toolCall: 'tool call',
  toolResult: 'tool result',
  json: 'JSON value',
  sentence: 'sentence',
  other: 'value',
};

export function describe({ tracks }: Recording, moment: Moment): Description {
  const { event, time, row } = moment;
  const common = { time: seconds(time), row: tracks[row]?.row.title ?? '', text: '', detail: '' };
  switch (event.type) {
    case 'subscribe':
      return { ...common, event: `request ${String(event.number)}` };
    case 'text': {
      const detail = `${counted(event.text.length, 'character')}${originOf(moment)}`;
      return { ...common, event: `chunk ${whole(moment.tally.chunks)}`, text: event.text, detail };
    }
    case 'value':
      return { ...common, event: valueNames[event.kind], text: event.label };
    case 'notice':
      return { ...common, event: event.kind, text: event.label };
    case 'error':
      return { ...common, event: `error: ${event.kind}`, text: event.message };
    case 'cancelled':
      return { ...common, event: 'cancelled', text: event.reason };
    case 'complete':
      return { ...common, event: 'complete' };
    case 'unsubscribe':
      return { ...common, event: 'unsubscribed' };
  }
}

/** An event in a sentence, for people who hear the diagram. */
export function sentenceOf(recording: Recording, moment: Moment): string {
  const { time, row, event, text, detail } = describe(recording, moment);
  const place = `${whole(moment.tally.events)} of ${whole(recording.tracks[moment.row]?.moments.length ?? 0)}`;
  return [`${row}, ${event}, ${time}`, detail, text && `“${text}”`, `event ${place}`].filter(Boolean).join(', ');
}

/** The chunks of the model that a text was made from, and the age of the first. */
function originOf({ sources, time }: Moment): string {
  const [first, last] = [sources[0]?.owner, sources.at(-1)?.owner];
  if (!first || !last) return '';
  const [from, to] = [first.tally.chunks, last.tally.chunks].map(whole);
  const chunks = from === to ? `chunk ${String(from)}` : `chunks ${String(from)} to ${String(to)}`;
  return `, from ${chunks} of the model, ${duration(time - first.time)} later`;
}
