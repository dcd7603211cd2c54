import type { ResponseObserver } from './currentRun.ts';
import type { EventContent, Timeline } from './timeline.ts';
import { isRecord, WireReader } from './wireText.ts';

/** The row of the model: the requests of the program, and what the connections carry. */
export class ModelRow {
  readonly #timeline: Timeline;
  #requests = 0;
  /** The places in the text at the ids of events, after which an interaction is resumed. */
  readonly #places = new Map<string, number>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  request(url: string, body: unknown): ResponseObserver {
    this.#requests += 1;
    this.#add({ type: 'subscribe', number: this.#requests });
    const reader = new WireReader();
    let at = this.#places.get(new URL(url).searchParams.get('last_event_id') ?? '') ?? sentText(body);
    let isOpen = true;
    let isStream = false;
    let isWhole = false;
    const close = (ending: EventContent) => {
      if (isOpen) this.#add(ending);
      isOpen = false;
    };
    return {
      status: (code, text) => close({ type: 'error', kind: `HTTP ${String(code)}`, message: messageOf(text) }),
      piece: (piece) => {
        for (const content of reader.read(piece)) {
          isStream = true;
          if (content.type === 'text') {
            this.#add({ ...content, at });
            at += content.text.length;
          } else if (content.type === 'id') this.#places.set(content.id, at);
          else if (content.type === 'finish') isWhole = true;
          else if (content.type === 'error') close(content);
          else this.#add({ type: 'value', kind: content.type, label: content.label });
        }
      },
      end: () => close(isWhole || !isStream ? { type: 'complete' } : cutOff),
      failure: (error) => close({ type: 'error', kind: 'connection', message: String(error) }),
      // A reader may leave at the last event, without waiting for the end of the connection.
      closed: () => close({ type: isWhole ? 'complete' : 'unsubscribe' }),
    };
  }

  #add(content: EventContent): void {
    this.#timeline.add('model', content);
  }
}

const cutOff: EventContent = {
  type: 'error',
  kind: 'cut off',
  message: 'The response ended before the answer was whole.',
};

/** The length of the answer that a request sends back to the model: a resumed reply goes on behind it. */
function sentText(body: unknown): number {
  const contents = isRecord(body) && Array.isArray(body['contents']) ? (body['contents'] as unknown[]) : [];
  let length = 0;
  for (const content of contents) {
    if (!isRecord(content) || content['role'] !== 'model' || !Array.isArray(content['parts'])) continue;
    for (const part of content['parts'] as { text?: string; thought?: boolean }[]) {
      if (!part.thought) length += part.text?.length ?? 0;
    }
  }
  return length;
}

/** The sentence of an error's body. */
function messageOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: string } };
    return error?.message ?? body;
  } catch {
    return body;
  }
}
