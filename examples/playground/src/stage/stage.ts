import type { Row, RunEvent } from '../runEvent.ts';

export class Stage {
  readonly #element: HTMLElement;
  #rows = new Map<string, HTMLElement>();
  readonly #caption = document.createElement('p');
  constructor(element: HTMLElement) {
    this.#element = element;
  }
  begin(rows: readonly Row[], options: { caption: string; expectedText?: string }): void {
    this.#rows = new Map(rows.map((row) => [row.id, document.createElement('p')]));
    this.#caption.textContent = options.caption;
    this.#element.replaceChildren(this.#caption);
    for (const { id, title } of rows) {
      const head = document.createElement('h3');
      head.textContent = title;
      this.#element.append(head, this.#rows.get(id) ?? '');
    }
  }
  add(events: readonly RunEvent[]): void {
    for (const event of events)
      this.#rows
        .get(event.row)
        ?.append(event.type === 'text' ? event.text : ` [${event.type}${'label' in event ? `: ${event.label}` : ''}] `);
  }
  end(): void {}
  svg(): string {
    return '<svg xmlns="http://www.w3.org/2000/svg"/>';
  }
  setCaption(text: string): void {
    this.#caption.textContent = text;
  }
  destroy(): void {
    this.#element.replaceChildren();
  }
}
