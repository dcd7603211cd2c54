import type { EmulatorErrorAfter } from './connection.js';
import type { EmulatorScenario } from './scenario.js';

/** The format of an answer's body. */
export interface WireFormat {
  readonly contentType: string;
  /** Writes a chunk. */
  readonly event: (data: unknown, isFirst: boolean) => string;
  /** Writes an error within the answer. */
  readonly error: (error: unknown, as: EmulatorErrorAfter['as'], isFirst: boolean) => string;
  /** Writes the end of the body, after the last chunk. */
  readonly tail: (isEmpty: boolean) => string;
  /** The delimiter of events; may be missing after the last event. */
  readonly delimiter: string;
  /** A heartbeat; `''` if the format has none. */
  readonly comment: string;
}

const jsonType = 'application/json; charset=UTF-8';

/** Server-sent events: `?alt=sse`. */
export function eventStreamFormat({ delimiter = '\r\n\r\n', lines = [], done = false }: EmulatorScenario): WireFormat {
  const eol = delimiter.slice(0, delimiter.length / 2);
  const event = (data: unknown, above: readonly string[]) =>
    [...above, `data: ${JSON.stringify(data)}`].join(eol) + delimiter;
  return {
    contentType: 'text/event-stream',
    event: (data) => event(data, lines),
    error: (error, as) => bareError(error, as) ?? event(error, as === 'event' ? ['event: error'] : []),
    tail: () => (done ? `data: [DONE]${delimiter}` : ''),
    delimiter,
    comment: `: heartbeat${delimiter}`,
  };
}

/** A JSON list, written an item at a time: `streamGenerateContent` without `alt=sse`. */
export function jsonListFormat(): WireFormat {
  const item = (data: unknown, isFirst: boolean) => (isFirst ? '[' : ',\r\n') + JSON.stringify(data);
  return {
    contentType: jsonType,
    event: item,
    error: (error, as, isFirst) => bareError(error, as) ?? item(error, isFirst),
    tail: (isEmpty) => (isEmpty ? '[]' : ']'),
    delimiter: '',
    comment: '',
  };
}

/** A JSON value: `generateContent` and errors. */
export function jsonFormat(): WireFormat {
  return {
    contentType: jsonType,
    event: indented,
    error: indented,
    tail: () => '',
    delimiter: '',
    comment: '',
  };
}

/** An error that is written outside of the format; `undefined` for one within it. */
export function bareError(error: unknown, as: EmulatorErrorAfter['as']): string | undefined {
  if (as === 'list') return indented([error]);
  return as === 'body' ? indented(error) : undefined;
}

const indented = (data: unknown): string => `${JSON.stringify(data, null, 2)}\n`;
