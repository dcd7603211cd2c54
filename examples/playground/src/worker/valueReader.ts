import type { GeminiChunk, GeminiError, ReplyPart, ReplySnapshot } from 'rxjs-gemini';
import { functionCallsOf, partsOf } from 'rxjs-gemini';
import type { EventContent } from './timeline.ts';
import { callLabel, isRecord } from './wireText.ts';

/** Turns the values of a row into events: chunks, states, snapshots, parts, JSON, texts, or anything else. */
export class ValueReader {
  #at = 0;
  #notice = '';
  #shownNumbers = '';
  /** The number of the retry that had a wait. */
  #waited = 0;
  /** Whether a value was the end of the reply. */
  hasEnded = false;

  *read(value: unknown): Generator<EventContent> {
    if (typeof value === 'string') yield* this.#text(value);
    else if (!isRecord(value)) yield { type: 'value', kind: 'other', label: String(value) };
    else if (isRecord(value['reply']) && 'status' in value) yield* this.#state(value);
    else if ('complete' in value && 'value' in value) yield jsonEvent(value['value']);
    else if (typeof value['sentence'] === 'string') yield { type: 'value', kind: 'sentence', label: value['sentence'] };
    else if (typeof value['type'] === 'string') yield* this.#part(value as unknown as ReplyPart);
    else if (typeof value['text'] === 'string') yield* this.#chunk(value as unknown as GeminiChunk | ReplySnapshot);
    else yield jsonEvent(value);
  }

  *#text(text: string): Generator<EventContent> {
    if (text === '') return;
    yield { type: 'text', text, at: this.#at };
    this.#at += text.length;
  }

  *#chunk(chunk: GeminiChunk | ReplySnapshot): Generator<EventContent> {
    yield* this.#notices(chunk);
    const isSnapshot = chunk.chunks !== undefined;
    if (!isSnapshot) {
      for (const { thought, text = '' } of partsOf(chunk)) {
        if (thought && text !== '') yield { type: 'value', kind: 'thought', label: text };
      }
      for (const { name, args } of functionCallsOf(chunk)) {
        yield { type: 'value', kind: 'toolCall', label: callLabel(name, args) };
      }
    }
    yield* this.#text(isSnapshot ? chunk.text.slice(this.#at) : chunk.text);
    yield* this.#numbers(chunk);
    if (chunk.cancelled) {
      this.hasEnded = true;
      yield { type: 'cancelled', reason: String(chunk.cancelled.reason) };
    }
  }

  *#numbers({ progress, cost }: GeminiChunk | ReplySnapshot): Generator<EventContent> {
    const numbers = [
      ...(progress ? [`${String(progress.percent)} %`] : []),
      ...(cost ? [`$${cost.total.toFixed(6)}`] : []),
    ].join(' · ');
    if (numbers !== '' && numbers !== this.#shownNumbers) yield { type: 'value', kind: 'other', label: numbers };
    this.#shownNumbers = numbers;
  }

  *#notices({ queued, retrying, resumed, tool }: GeminiChunk | ReplySnapshot): Generator<EventContent> {
    if (tool && 'response' in tool && tool.response) {
      yield { type: 'value', kind: 'toolResult', label: JSON.stringify(tool.response) };
    }
    if (resumed) yield { type: 'notice', kind: 'resumed', label: 'resumed' };
    const notice = this.#waitOf(queued, retrying);
    if (notice && notice.label !== this.#notice) yield { type: 'notice', ...notice };
    this.#notice = notice?.label ?? '';
  }

  #waitOf(queued: GeminiChunk['queued'], retrying: GeminiChunk['retrying']) {
    if (queued && queued.position > 0) return { kind: 'queued', label: `place ${String(queued.position)}` } as const;
    if (!retrying) return undefined;
    const { attempt, delay } = retrying;
    if (delay > 0) {
      this.#waited = attempt;
      return { kind: 'retrying', label: `retry ${String(attempt)} in ${(delay / 1000).toFixed(1)} s` } as const;
    }
    // The next request of a retry, or of a resumption, has a sign of its own.
    if (this.#waited === attempt || this.#at > 0) return undefined;
    return { kind: 'fallback', label: 'next model' } as const;
  }

  *#state({ reply, status, error }: Record<string, unknown>): Generator<EventContent> {
    yield* this.#chunk(reply as ReplySnapshot);
    if (status !== 'failed') return;
    this.hasEnded = true;
    const { kind, message } = error as GeminiError;
    yield { type: 'error', kind, message };
  }

  *#part(part: ReplyPart): Generator<EventContent> {
    if (part.type === 'text') yield* this.#text(part.text);
    else if (part.type === 'thought') yield { type: 'value', kind: 'thought', label: part.text };
    else if (part.type === 'functionCall') {
      yield { type: 'value', kind: 'toolCall', label: callLabel(part.functionCall.name, part.functionCall.args) };
    } else if (part.type === 'finish') {
      yield { type: 'value', kind: 'other', label: String(part.finishReason ?? 'finish') };
    } else yield jsonEvent(part);
  }
}

const jsonEvent = (value: unknown): EventContent => ({ type: 'value', kind: 'json', label: JSON.stringify(value) });
