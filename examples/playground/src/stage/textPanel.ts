import { element } from './dom.js';
import { FollowEnd } from './followEnd.js';
import { colourAt } from './palette.js';
import type { Moment, Track } from './recording.js';

/** Chunks of a burst, this close together in ms, share an element. */
const burst = 30;

/** A paragraph this long ends at the next space, so that its layout stays cheap. */
const longestBlock = 3000;

interface Piece {
  readonly span: HTMLSpanElement;
  readonly node: Text;
  readonly at: number;
  end: number;
  /** The time at which it was begun. */
  readonly time: number;
}

/** The text of a row up to a time. It is appended to; only a step back in time takes text off its end. */
export class TextPanel {
  readonly element: HTMLElement;
  readonly follow: FollowEnd;
  readonly #scroller = element('div', { className: 'stage-text', tabIndex: 0, role: 'region' });
  readonly #texts: readonly Moment[];
  #pieces: Piece[] = [];
  #block: HTMLDivElement | undefined;
  #blockLength = 0;
  #shown = 0;

  constructor({ row, texts }: Track) {
    this.#texts = texts;
    this.#scroller.ariaLabel = `Text of ${row.title}`;
    this.follow = new FollowEnd(this.#scroller);
    this.element = element('div', { className: 'stage-panel' }, this.#scroller, this.follow.button);
  }

  /** Shows the first texts of the row. @returns Whether anything has changed. */
  show(count: number): boolean {
    if (count === this.#shown) return false;
    if (count < this.#shown) this.#goBack(count);
    for (; this.#shown < count; this.#shown += 1) {
      const moment = this.#texts[this.#shown];
      if (moment) this.#append(moment);
    }
    return true;
  }

  #goBack(count: number): void {
    const target = this.#texts[count - 1]?.tally;
    const hasRewound = target?.rewinds !== this.#texts[this.#shown - 1]?.tally.rewinds;
    this.#cut(hasRewound || !target ? 0 : target.reach);
    // Text that was replaced has to be put together again.
    this.#shown = hasRewound ? 0 : count;
  }

  #append({ event, time }: Moment): void {
    if (event.type !== 'text') return;
    const { at, text } = event;
    this.#cut(at);
    for (const [index, line] of linesOf(text).entries()) {
      const start = index === 0 ? at : (this.#pieces.at(-1)?.end ?? at);
      this.#add(line, start, time);
    }
  }

  #add(text: string, at: number, time: number): void {
    if (!this.#block || this.#endsBlock(text)) {
      this.#block = element('div', { dir: 'auto' });
      this.#blockLength = 0;
      this.#scroller.append(this.#block);
    }
    this.#blockLength += text.length;
    const last = this.#pieces.at(-1);
    if (last?.span.parentNode === this.#block && last.end === at && time - last.time < burst) {
      last.node.appendData(text);
      last.end += text.length;
      return;
    }
    const node = document.createTextNode(text);
    const isGap = at > (last?.end ?? 0);
    const span = element('span', { className: isGap ? 'stage-piece stage-gap' : 'stage-piece' }, node);
    span.style.setProperty('--hue', String(Math.round(250 + (colourAt(at + text.length / 2) / 47) * 120)));
    this.#block.append(span);
    this.#pieces.push({ span, node, at, end: at + text.length, time });
  }

  /** A line break ends a block, and is a part of it. */
  #endsBlock(text: string): boolean {
    const last = this.#pieces.at(-1)?.node.data.at(-1);
    return last === '\n' || (this.#blockLength > longestBlock && (last === ' ' || text.startsWith(' ')));
  }

  /** Takes off the text from a place on. */
  #cut(at: number): void {
    for (let last = this.#pieces.at(-1); last && last.end > at; last = this.#pieces.at(-1)) {
      if (last.at < at) {
        last.node.deleteData(at - last.at, last.end - at);
        last.end = at;
        break;
      }
      this.#pieces.pop();
      last.span.remove();
      if (this.#block && !this.#block.hasChildNodes()) this.#leaveBlock(this.#block);
    }
  }

  #leaveBlock(block: HTMLDivElement): void {
    block.remove();
    this.#block = (this.#scroller.lastElementChild as HTMLDivElement | null) ?? undefined;
    this.#blockLength = this.#block?.textContent.length ?? 0;
  }
}

/** The lines of a text, each with its break. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}
