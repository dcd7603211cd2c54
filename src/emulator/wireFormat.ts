import type { EmulatorErrorAfter, EmulatorScenario } from './scenario.js';

/** How an answer is spelled in its body. */
export interface WireFormat {
  readonly contentType: string;
  /** One chunk. */
  readonly event: (data: unknown, isFirst: boolean) => string;
  /** An error that breaks in. */
  readonly error: (error: unknown, as: EmulatorErrorAfter['as'], isFirst: boolean) => string;
  /** What comes after the last chunk. */
  readonly tail: (isEmpty: boolean) => string;
  /** What ends an event and may be left out of the last. */
  readonly delimiter: string;
  /** What keeps a silent connection alive. */
  readonly comment: string;
}

const JSON_TYPE = 'application/json; charset=UTF-8';

/** Server-sent events: `?alt=sse`. */
export function sseFormat({ delimiter = '\r\n\r\n', lines = [], done = false }: EmulatorScenario): WireFormat {
  const eol = delimiter.slice(0, delimiter.length / 2);
  const event = (data: unknown, above: readonly string[]) =>
    [...above, `data: ${JSON.stringify(data)}`].join(eol) + delimiter;
  return {
    contentType: 'text/event-stream',
    event: (data) => event(data, lines),
    error: (error, as) => (as === 'body' ? indented(error) : event(error, as === 'event' ? ['event: error'] : [])),
    tail: () => (done ? `data: [DONE]${delimiter}` : ''),
    delimiter,
    comment: `: heartbeat${delimiter}`,
  };
}

/** One JSON list, written an item at a time: `streamGenerateContent` without `alt=sse`. */
export function listFormat(): WireFormat {
  const item = (data: unknown, isFirst: boolean) => (isFirst ? '[' : ',\r\n') + JSON.stringify(data);
  return {
    contentType: JSON_TYPE,
    event: item,
    error: (error, as, isFirst) => (as === 'body' ? indented(error) : item(error, isFirst)),
    tail: (isEmpty) => (isEmpty ? '[]' : ']'),
    delimiter: '',
    comment: '',
  };
}

/** One JSON value: `generateContent` and errors. */
export function jsonFormat(): WireFormat {
  return {
    contentType: JSON_TYPE,
    event: indented,
    error: indented,
    tail: () => '',
    delimiter: '',
    comment: '',
  };
}

const indented = (data: unknown): string => `${JSON.stringify(data, null, 2)}\n`;
