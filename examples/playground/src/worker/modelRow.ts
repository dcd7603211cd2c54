import type { ResponseObserver } from './currentRun.ts';
import type { Timeline } from './timeline.ts';
import { isRecord, WireReader } from './wireText.ts';

/** The row of the model: the requests of the program, and what the connections carry. */
export class ModelRow {
  readonly #timeline: Timeline;
  #requests = 0;
  /** The text of interactions so far, by the addresses at which they are resumed. */
  #interactionText = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  request(url: string, body: unknown): ResponseObserver {
    this.#requests += 1;
    this.#add({ type: 'subscribe', number: this.#requests });
    const isInteraction = url.includes('/interactions');
    let at = isInteraction ? this.#interactionText : sentText(body);
    let isOpen = true;
    const reader = new WireReader();
    const close = (ending: Parameters<Timeline['add']>[1]) => {
      if (isOpen) this.#add(ending);
      isOpen = false;
    };
    return {
      status: (code, message) => close({ type: 'error', kind: `HTTP ${String(code)}`, message: messageOf(message) }),
      piece: (piece) => {
        for (const content of reader.read(piece)) {
          if (content.type === 'text') {
            this.#add({ type: 'text', text: content.text, at });
            at += content.text.length;
            if (isInteraction) this.#interactionText = at;
          } else if (content.type === 'error') close(content);
          else this.#add({ type: 'value', kind: content.type, label: content.label });
        }
      },
      end: () => close({ type: 'complete' }),
      failure: (error) => close({ type: 'error', kind: 'connection', message: String(error) }),
      closed: () => close({ type: 'unsubscribe' }),
    };
  }

  #add(content: Parameters<Timeline['add']>[1]): void {
    this.#timeline.add('model', content);
  }
}

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

function messageOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: string } };
    return error?.message ?? body;
  } catch {
    return body;
  }
}
