/**
 * @typedef {{ text: string, outputTokens?: number, tokensPerSecond?: number, timeToFirstText?: number, isStopped: boolean }} Chunk
 * @typedef {{ kind: string, message: string, retryable: boolean }} Failure
 */

/** One reply on the page. */
export class ReplyView {
  #text = document.createTextNode('');
  #card;
  /** @type {Chunk | undefined} */
  #last;
  #isStopped = false;

  /** @param {{ prompt: string, onStop: () => void, onAgain: () => void }} options */
  constructor({ prompt, onStop, onAgain }) {
    const template = /** @type {HTMLTemplateElement} */ (document.querySelector('#reply'));
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.#card = /** @type {HTMLElement} */ (copy.firstElementChild);
    this.#part('.prompt').textContent = prompt;
    this.#part('.text').append(this.#text);
    this.#part('.stop').addEventListener('click', onStop);
    this.#part('.again').addEventListener('click', onAgain);
    this.begin();
  }

  get element() {
    return this.#card;
  }

  get isOver() {
    return !['waiting', 'streaming'].includes(this.#card.dataset['status'] ?? '');
  }

  /** Before the first chunk; it comes again, whole, after the connection was lost. */
  begin() {
    this.#text.data = '';
    this.#last = undefined;
    this.#isStopped = false;
    this.#show('waiting', 'Waiting for the first word…');
  }

  /** @param {Chunk} chunk */
  add(chunk) {
    // Only new text is laid out, however long the reply is.
    this.#text.appendData(chunk.text);
    this.#last = chunk;
    this.#isStopped ||= chunk.isStopped;
    if (this.#text.length > 0) this.#show('streaming', speedOf(chunk));
  }

  complete() {
    const speed = this.#last ? speedOf(this.#last) : '';
    if (this.#isStopped) this.#show('stopped', ['Stopped', speed].filter(Boolean).join(' · '));
    else this.#show('complete', speed);
  }

  /** @param {Failure} failure */
  fail({ kind, message, retryable }) {
    const code = document.createElement('code');
    code.textContent = kind;
    this.#show('failed', code, message);
    this.#part('.again').hidden = !retryable;
  }

  /**
   * @param {string} status
   * @param {(string | Node)[]} words
   */
  #show(status, ...words) {
    this.#card.dataset['status'] = status;
    this.#part('.status').replaceChildren(...words);
    this.#part('.stop').hidden = this.isOver;
    this.#part('.again').hidden = status !== 'stopped';
  }

  /** @param {string} selector */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.#card.querySelector(selector));
  }
}

/** @param {Chunk} chunk */
function speedOf({ outputTokens, tokensPerSecond, timeToFirstText }) {
  const words = [];
  if (outputTokens !== undefined) words.push(`${outputTokens} tokens`);
  if (tokensPerSecond !== undefined) words.push(`${Math.round(tokensPerSecond)} tokens/s`);
  if (timeToFirstText !== undefined) words.push(`first word after ${(timeToFirstText / 1000).toFixed(1)}\u00A0s`);
  return words.join(' · ');
}
