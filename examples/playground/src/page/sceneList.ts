import { groups } from '../scenes/scene.ts';
import { scenes } from '../scenes/scenes.ts';
import { byId, html } from './element.ts';

/** The scenes by their groups, and what visitors bring: a list, and on a narrow page a select. */
export class SceneList {
  readonly #links = new Map<string, HTMLAnchorElement>();
  readonly #select = byId<HTMLSelectElement>('scene-select');

  constructor(onChoose: (id: string) => void) {
    for (const { title, entries } of groupedEntries()) {
      const links = entries.map(({ id, label }) => html('li', {}, this.#link(id, label, onChoose)));
      byId('scene-list').append(html('h2', {}, title), html('ul', { role: 'list' }, ...links));
      const options = entries.map(({ id, label }) => html('option', { value: id }, label));
      this.#select.append(html('optgroup', { label: title }, ...options));
    }
    this.#select.addEventListener('change', () => onChoose(this.#select.value));
  }

  show(id: string): void {
    this.#select.value = id;
    for (const [linked, link] of this.#links) {
      if (linked === id) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  #link(id: string, label: string, onChoose: (id: string) => void): HTMLAnchorElement {
    const link = html('a', { href: `?scene=${id}` }, label);
    link.addEventListener('click', (event) => {
      // Another tab, another window: the browser's own business.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      onChoose(id);
    });
    this.#links.set(id, link);
    return link;
  }
}

interface Entry {
  readonly id: string;
  readonly label: string;
}

function groupedEntries(): readonly { readonly title: string; readonly entries: readonly Entry[] }[] {
  const own = [
    { id: 'recording', label: 'A recording' },
    { id: 'route', label: 'A route of your server' },
  ];
  return [
    ...groups.map((title) => ({
      title,
      entries: scenes.filter(({ group }) => group === title).map((scene) => ({ id: scene.id, label: scene.title })),
    })),
    { title: 'Bring your own', entries: own },
  ];
}
