import { announce } from './announce.js';
import type { Bar } from './bar.js';
import { find } from './find.js';
import { ReplyView } from './replyView.js';
import type { Chunk, Failure, News, ServerMessage } from './wire.js';

/** The functions by which the conversation speaks to the room. */
export interface RoomActions {
  watch(id: string): void;
  stop(id: string): void;
  ask(prompt: string): void;
}

/** The replies of the room on this page. */
export class Conversation {
  readonly #room: RoomActions;
  readonly #bar: Bar;
  readonly #views = new Map<string, ReplyView>();
  /** The ids of the replies that come over this connection. */
  readonly #watched = new Set<string>();
  /** The ids of the replies that had ended before this page came: nobody has to hear of them. */
  readonly #old = new Set<string>();

  constructor(room: RoomActions, bar: Bar) {
    this.#room = room;
    this.#bar = bar;
    setInterval(() => this.#tick(), 1_000);
  }

  /** The id of the newest reply that has not ended. */
  get running(): string | undefined {
    return [...this.#views].findLast(([, { isOver }]) => !isOver)?.[0];
  }

  disconnect(): void {
    this.#watched.clear();
  }

  tell({ asked }: News): void {
    for (const { id, prompt = '', isOver = false } of asked) {
      const present = this.#views.get(id);
      if (present?.isOver || this.#watched.has(id)) continue;
      if (present) present.resume();
      else this.#add(id, prompt, isOver);
      this.#watched.add(id);
      this.#room.watch(id);
    }
    const lost: Failure = { kind: 'truncated', message: 'The reply broke off', retryable: true };
    for (const [id, view] of this.#views) if (!view.isOver && !this.#watched.has(id)) this.#fail(id, view, lost);
    find('#welcome').hidden = this.#views.size > 0;
  }

  /** Shows a message of a reply; returns whether it was one. */
  receive({ reply = '', event, data }: ServerMessage): boolean {
    const view = this.#views.get(reply);
    if (!view) return false;
    if (event === 'error') this.#fail(reply, view, data as Failure);
    else if (event === 'done') this.#complete(reply, view);
    else if (event === undefined) this.#grow(reply, view, data as Chunk);
    return true;
  }

  #add(id: string, prompt: string, isOver: boolean): void {
    const onRetry = () => this.#room.ask(prompt);
    const view = new ReplyView(prompt, { onStop: () => this.#room.stop(id), onRetry });
    if (isOver) this.#old.add(id);
    this.#views.set(id, view);
    view.addTo(find('#conversation'));
  }

  #grow(id: string, view: ReplyView, chunk: Chunk): void {
    const { status } = view;
    view.add(chunk);
    if (status === 'waiting' && view.status === 'streaming') this.#say(id, 'Answering');
  }

  #complete(id: string, view: ReplyView): void {
    view.complete();
    this.#say(id, view.status === 'complete' ? 'The reply is complete' : 'The reply was stopped');
  }

  #fail(id: string, view: ReplyView, failure: Failure): void {
    view.fail(failure);
    if (!this.#old.has(id)) this.#bar.point(view, failure.kind, failure.message);
    this.#say(id, `The reply failed: ${failure.message}`);
  }

  #say(id: string, words: string): void {
    if (!this.#old.has(id)) announce(words);
  }

  #tick(): void {
    for (const view of this.#views.values()) if (!view.isOver) view.tick();
  }
}
