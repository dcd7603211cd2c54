import { Injectable, signal } from '@angular/core';

/** Longer code is shown in one colour: a view must not wait for it. */
const maxLength = 20_000;

/** Colours code. The languages are loaded with the first code that is shown. */
@Injectable({ providedIn: 'root' })
export class Highlighter {
  readonly #highlight = signal<typeof import('./highlight') | undefined>(undefined);
  #isRequested = false;

  /** The HTML of code: without colours until the languages are there, and for a language that is not among them. */
  toHtml(code: string, language: string | undefined): string {
    if (language === undefined || code.length > maxLength) return escape(code);
    this.#load();
    return this.#highlight()?.highlight(code, language) ?? escape(code);
  }

  #load(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    // Without it, code stays in one colour.
    import('./highlight').then(
      (loaded) => this.#highlight.set(loaded),
      () => undefined,
    );
  }
}

function escape(code: string): string {
  return code.replace(/[&<>]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
