import { find, make } from './find.js';
import type { ReplyView } from './replyView.js';

/** The line above the composer: a question that was refused, or a failure that the reader cannot see. */
export class Bar {
  readonly #element = find('#bar');
  readonly #show = find('#show');
  #failed: ReplyView | undefined;
  readonly #sight = new IntersectionObserver(([entry]) => {
    if (this.#failed) this.#element.hidden = entry?.isIntersecting === true;
  });

  constructor() {
    this.#show.addEventListener('click', () => this.#failed?.failure?.scrollIntoView({ block: 'center' }));
  }

  /** Says why a message was refused. */
  refuse(kind: string, message: string): void {
    this.clear();
    this.#say(kind, message);
    this.#element.hidden = false;
  }

  /** Says that a reply has failed, while its failure is out of sight. */
  point(failed: ReplyView, kind: string, message: string): void {
    this.clear();
    if (!failed.failure) return;
    this.#say(kind, message);
    this.#failed = failed;
    this.#show.hidden = false;
    this.#sight.observe(failed.failure);
  }

  clear(): void {
    this.#sight.disconnect();
    this.#failed = undefined;
    this.#element.hidden = this.#show.hidden = true;
  }

  #say(kind: string, message: string): void {
    find('p', this.#element).replaceChildren(make('code', {}, kind), message);
  }
}
