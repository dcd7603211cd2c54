import { enableCopy } from './codeBlock.js';
import { find, make } from './find.js';
import { GrowingText } from './growingText.js';
import { scheduleRender } from './renderQueue.js';
import { ReplyWait } from './replyWait.js';
import type { Chunk, Failure } from './wire.js';

/** The status of a reply on the page. */
export type Status = 'waiting' | 'streaming' | 'complete' | 'stopped' | 'cancelled' | 'failed';

/** The actions of the reader on a reply. */
export interface ReplyActions {
  onStop(): void;
  onRetry(): void;
}

/** One question of the room, and its reply. */
export class ReplyView {
  readonly #actions: ReplyActions;
  readonly #copy = find<HTMLTemplateElement>('#reply').content.cloneNode(true) as DocumentFragment;
  readonly #article = find('[data-role=model]', this.#copy);
  readonly #rendered: GrowingText;
  #text = '';
  #wait = new ReplyWait();
  #last: Chunk | undefined;
  #finishReason: string | undefined;
  #isAgain = false;

  constructor(prompt: string, actions: ReplyActions) {
    this.#actions = actions;
    find('.text', this.#copy).textContent = prompt;
    this.#rendered = new GrowingText(find('.text', this.#article));
    enableCopy(this.#article);
    find('.stop', this.#article).addEventListener('click', () => actions.onStop());
    find('.again', this.#article).addEventListener('click', () => actions.onRetry());
  }

  get status(): Status {
    return this.#article.dataset['status'] as Status;
  }

  get isOver(): boolean {
    return this.status !== 'waiting' && this.status !== 'streaming';
  }

  /** The part of the page that says why the reply failed. */
  get failure(): HTMLElement | null {
    return this.#article.querySelector('.failure');
  }

  addTo(parent: Node): void {
    parent.appendChild(this.#copy);
  }

  /** The reply comes again, whole: it went on while this page had no connection. */
  resume(): void {
    this.#isAgain = true;
    this.#wait.resume();
    this.tick();
  }

  add(chunk: Chunk): void {
    if (this.#isAgain) {
      this.#isAgain = false;
      this.#text = '';
      this.#rendered.restart();
    }
    this.#text += chunk.text;
    this.#last = { ...this.#last, ...chunk };
    this.#finishReason = chunk.finishReason ?? this.#finishReason;
    this.#wait.receive(chunk);
    if (chunk.text !== '') scheduleRender(this.#render);
    this.#show(this.#text === '' ? 'waiting' : 'streaming');
    this.tick();
  }

  complete(): void {
    const isCutOff = this.#finishReason !== undefined && this.#finishReason !== 'STOP';
    this.#end(this.#last?.isCancelled ? 'cancelled' : isCutOff ? 'stopped' : 'complete');
    const words = this.#noteWords();
    if (words !== '') find('.text', this.#article).after(make('p', { className: 'note', dir: 'auto' }, words));
  }

  fail({ kind, message, retryable }: Failure): void {
    this.#end('failed');
    const failure = make('div', { className: 'failure' }, make('code', {}, kind), make('span', {}, message));
    if (retryable) failure.append(this.#retryButton());
    find('.text', this.#article).after(failure);
  }

  /** Tells the waits; once a second. */
  tick(): void {
    const words = this.isOver ? [] : this.#wait.words();
    const wait = find('.wait', this.#article);
    const made = document.createDocumentFragment();
    made.append(...words);
    if (wait.textContent !== made.textContent) wait.replaceChildren(made);
    wait.hidden = words.length === 0;
  }

  #retryButton(): HTMLButtonElement {
    const button = make('button', { type: 'button' }, 'Retry');
    button.addEventListener('click', () => {
      // A second click of a double click would ask again.
      button.disabled = true;
      this.#actions.onRetry();
    });
    return button;
  }

  readonly #render = (): void => this.#rendered.render(this.#text, this.isOver);

  #noteWords(): string {
    if (this.status === 'cancelled') return 'Stopped.';
    if (this.#finishReason === 'MAX_TOKENS') return 'The answer reached its length limit (MAX_TOKENS).';
    if (this.status === 'stopped') return `The answer was cut off (${String(this.#finishReason)}).`;
    return this.#text.trim() === '' ? 'The answer is empty.' : '';
  }

  #end(status: Status): void {
    this.#show(status);
    this.tick();
    scheduleRender(this.#render);
  }

  #show(status: Status): void {
    this.#article.dataset['status'] = status;
    find('.speed', this.#article).textContent = this.#speed();
    find('.stop', this.#article).hidden = this.isOver;
    find('.again', this.#article).hidden = status !== 'cancelled' && status !== 'stopped';
  }

  #speed(): string {
    const { outputTokens, tokensPerSecond, timeToFirstText } = this.#last ?? {};
    const words = [];
    if (outputTokens !== undefined) words.push(`${outputTokens} tokens`);
    if (tokensPerSecond !== undefined) words.push(`${Math.round(tokensPerSecond)} tokens/s`);
    if (this.isOver && timeToFirstText !== undefined)
      words.push(`first word after ${(timeToFirstText / 1000).toFixed(1)}\u00A0s`);
    return words.join(' · ');
  }
}
