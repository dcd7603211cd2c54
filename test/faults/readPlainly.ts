import { isResponse } from '../../src/sources/responseShape.js';

/** The content of a body up to its first fault. */
export interface PlainReading {
  readonly text: string;
  /** Whether there was no fault. */
  readonly isWhole: boolean;
}

/**
 * Reads a whole body by the letter of the standard and of Gemini's protocol, at once and without a thought to speed:
 * the oracle for the reader that gets it in packets.
 */
export function readPlainly(bytes: Uint8Array): PlainReading {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/);
  // The rest after the last end of a line is a line only if it is not empty.
  if (lines.at(-1) === '') lines.pop();
  let text = '';
  let event = '';
  let data: string[] = [];
  const dispatch = (isLast: boolean): boolean => {
    const said = contentOf(data, event, isLast);
    [event, data] = ['', []];
    text += said?.text ?? '';
    return said?.isWhole ?? false;
  };
  for (const line of lines) {
    if (line === '') {
      if (!dispatch(false)) return { text, isWhole: false };
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field !== '' && field !== 'id' && field !== 'retry') return { text, isWhole: false };
  }
  const isWhole = dispatch(true);
  return { text, isWhole };
}

/** The content of an event, which may have an error beside a text; undefined if it is not an event of Gemini. */
function contentOf(data: readonly string[], event: string, isLast: boolean): PlainReading | undefined {
  const json = data.join('\n');
  if (data.length === 0 || json === '[DONE]' || (json === '' && !isLast)) return { text: '', isWhole: true };
  const response = parsed(json);
  if (event === 'error' || !isObject(response)) return undefined;
  const { error, ...rest } = response;
  const hasError = (typeof error === 'object' && error !== null) || (typeof error === 'string' && error !== '');
  // The shapes of responses have tests of their own.
  if (!isResponse(hasError ? rest : response)) return undefined;
  return { text: textOf(rest), isWhole: !hasError };
}

function textOf({ candidates, text }: Record<string, unknown>): string {
  if (!Array.isArray(candidates)) return typeof text === 'string' ? text : '';
  return candidates
    .filter(isObject)
    .filter(({ index }, position) => (typeof index === 'number' ? index : position) === 0)
    .map(({ content }) => (isObject(content) && Array.isArray(content['parts']) ? (content['parts'] as unknown[]) : []))
    .flatMap((parts) => parts.filter(isObject))
    .map((part) => (part['thought'] !== true && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
