/** A piece of a response's content, as the wire carries it. */
export type WireContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thought' | 'toolCall'; readonly label: string }
  | { readonly type: 'error'; readonly kind: string; readonly message: string }
  /** The id of an event of an interaction, after its content: a later request may ask for the rest after it. */
  | { readonly type: 'id'; readonly id: string }
  /** The end of a whole answer. */
  | { readonly type: 'finish' };

interface Part {
  readonly text?: string;
  readonly thought?: boolean;
  readonly functionCall?: { readonly name?: string; readonly args?: unknown };
}

/** The events of Gemini's, of an interaction's or of `fromSse`'s stream that a piece of text completes. */
export class WireReader {
  #rest = '';

  *read(piece: string): Generator<WireContent> {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:')) yield* contentOf(line.slice(5).trim());
      // The last event of the protocol of `fromSse`.
      else if (/^event: ?done$/.test(line)) yield { type: 'finish' };
    }
  }
}

function* contentOf(data: string): Generator<WireContent> {
  const value = parse(data);
  if (!value) return;
  const { error, candidates, delta, text, event_id: id, event_type: eventType } = value;
  if (isRecord(error)) {
    yield { type: 'error', kind: String(error['status'] ?? error['kind'] ?? ''), message: String(error['message']) };
  }
  if (isRecord(delta)) yield* contentOfDelta(delta);
  const first: unknown = Array.isArray(candidates) ? candidates[0] : undefined;
  const content = isRecord(first) ? first['content'] : undefined;
  const parts = isRecord(content) ? content['parts'] : undefined;
  if (Array.isArray(parts)) for (const part of parts as Part[]) yield* contentOfPart(part);
  else if (typeof text === 'string' && text !== '') yield { type: 'text', text };
  if (typeof id === 'string') yield { type: 'id', id };
  if (eventType === 'interaction.completed' || (isRecord(first) && first['finishReason'] !== undefined)) {
    yield { type: 'finish' };
  }
}

function* contentOfPart({ text, thought, functionCall }: Part): Generator<WireContent> {
  if (functionCall) yield { type: 'toolCall', label: callLabel(functionCall.name, functionCall.args) };
  if (!text) return;
  if (thought) yield { type: 'thought', label: text };
  else yield { type: 'text', text };
}

function* contentOfDelta({ type, text, content }: Record<string, unknown>): Generator<WireContent> {
  if (type === 'text' && typeof text === 'string' && text !== '') yield { type: 'text', text };
  if (type === 'thought_summary' && isRecord(content)) yield { type: 'thought', label: String(content['text']) };
}

/** A call as people write it: `weather({ city: 'Oslo' })`. */
export function callLabel(name = '', args: unknown = {}): string {
  const fields = isRecord(args) ? Object.entries(args) : [];
  return `${name}(${fields.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')})`;
}

function parse(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
