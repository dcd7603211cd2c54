import type { Description } from './describe.js';
import { element } from './dom.js';

const longestText = 240;
const gap = 30;

/** A small card beside a mark: its row and time, its size, its text. */
export class Tip {
  readonly element = element('div', { className: 'stage-tip', hidden: true, ariaHidden: 'true' });

  show({ time, row, event, text, detail }: Description, x: number, y: number, width: number): void {
    const { element: card } = this;
    card.replaceChildren(
      element('div', { className: 'stage-tip-head' }, element('strong', {}, event), element('span', {}, time)),
      element('div', { className: 'stage-tip-detail' }, [row, detail].filter(Boolean).join(' · ')),
      ...(text ? [element('div', { className: 'stage-tip-text', dir: 'auto' }, shortened(text))] : []),
    );
    card.hidden = false;
    const half = card.offsetWidth / 2;
    const left = Math.max(half, Math.min(x, width - half));
    // Above the mark, unless that would be outside of the window.
    const above = y - gap - card.offsetHeight;
    const top = card.offsetParent?.getBoundingClientRect().top ?? 0;
    card.style.left = `${String(left)}px`;
    card.style.top = `${String(above + top < 4 ? y + gap : above)}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}

function shortened(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
