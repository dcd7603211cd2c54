import type { OwnRecording } from '../own/recording.ts';
import { routeProblem } from '../own/route.ts';
import { byId, html } from './element.ts';
import type { Route, View } from './view.ts';

/** The callbacks of what a visitor brings. */
export interface OwnHandlers {
  readonly onRoute: (route: Route) => void;
  readonly onRecording: (recording: OwnRecording) => void;
}

/** The forms for a route and a recording. A file can be dropped anywhere on the page. */
export class OwnPanel {
  readonly #element = byId('own');
  readonly #handlers: OwnHandlers;

  constructor(handlers: OwnHandlers) {
    this.#handlers = handlers;
    addEventListener('dragover', (event) => {
      event.preventDefault();
      document.body.classList.add('dropping');
    });
    addEventListener('dragleave', ({ relatedTarget }) => {
      if (relatedTarget === null) document.body.classList.remove('dropping');
    });
    addEventListener('drop', (event) => {
      event.preventDefault();
      document.body.classList.remove('dropping');
      void this.#read(event.dataTransfer?.files[0]);
    });
  }

  show(view: View): void {
    if (view.type === 'route') this.#element.replaceChildren(this.#routeForm(view.route));
    else if (view.type === 'recording') this.#element.replaceChildren(this.#filePicker());
    else this.#element.replaceChildren();
  }

  #filePicker(): HTMLElement {
    const input = html('input', { id: 'file', type: 'file', accept: '.jsonl,.json,.ndjson,.txt' });
    input.addEventListener('change', () => void this.#read(input.files?.[0]));
    const label = html('label', { for: 'file' }, 'Drop a recording anywhere on this page, or choose a file');
    return html('div', { class: 'drop' }, label, input);
  }

  #routeForm(route: Route): HTMLElement {
    const url = html('input', { id: 'url', type: 'url', placeholder: 'https://…/api/chat', spellcheck: 'false' });
    url.value = route.url;
    const options = ['GET', 'POST'].map((method) => html('option', { value: method }, method));
    const method = html('select', { id: 'method' }, ...options);
    method.value = route.method;
    const body = html('input', { id: 'body', placeholder: '{ "message": "Hello" }', spellcheck: 'false' });
    body.value = route.body;
    const bodyLabel = html('label', {}, 'JSON of the request ', body);
    const problem = html('p', { class: 'problem', role: 'alert' });
    const drawBody = () => (bodyLabel.hidden = method.value === 'GET');
    method.addEventListener('change', drawBody);
    drawBody();
    const form = html(
      'form',
      { class: 'route', 'aria-label': 'Route', novalidate: true },
      html('label', {}, 'Address ', url),
      html('label', {}, 'Method ', method),
      bodyLabel,
      html('button', { type: 'submit', class: 'primary' }, 'Read it'),
      problem,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const next: Route = { url: url.value.trim(), method: method.value === 'POST' ? 'POST' : 'GET', body: body.value };
      const reason = routeProblem(next);
      problem.textContent = reason ?? '';
      if (reason === undefined) this.#handlers.onRoute(next);
    });
    return form;
  }

  async #read(file: File | undefined): Promise<void> {
    if (file) this.#handlers.onRecording({ name: file.name, text: await file.text() });
  }
}
