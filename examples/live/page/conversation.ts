import { find } from './find.js';
import { TurnView } from './turnView.js';

/** The most articles that the page keeps: a session may last long. */
const maxArticles = 200;

/** The words of both sides on the page. */
export class Conversation {
  readonly #element = find('#conversation');

  /** Shows words that the person has typed. */
  addTyped(text: string): void {
    const view = this.addTurn();
    view.hear(text);
  }

  /** Makes a place for a turn, after all that is there. */
  addTurn(): TurnView {
    find('#welcome').hidden = true;
    const template = find<HTMLTemplateElement>('#turn');
    this.#element.append(template.content.cloneNode(true));
    const [heard, spoken] = [...this.#element.children].slice(-2) as HTMLElement[];
    if (!heard || !spoken) throw new Error('The template of a turn has two articles');
    while (this.#element.childElementCount > maxArticles) this.#element.firstElementChild?.remove();
    return new TurnView(heard, spoken);
  }
}
