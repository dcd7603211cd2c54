import type { Scene, Setting } from '../scenes/scene.ts';
import { valueOf, type ChosenValues } from '../scenes/settingValues.ts';
import { byId, html } from './element.ts';

/** The switches and selects of a scene. */
export class SettingsForm {
  readonly #form = byId('settings');
  readonly #onChange: (chosen: ChosenValues) => void;
  #scene: Scene | undefined;
  #chosen: ChosenValues = {};

  constructor(onChange: (chosen: ChosenValues) => void) {
    this.#onChange = onChange;
  }

  /** Shows the values of a scene; keeps the controls, and so the focus, if it is the same scene. */
  show(scene: Scene, chosen: ChosenValues): void {
    this.#chosen = chosen;
    if (this.#scene !== scene) this.#form.replaceChildren(...scene.settings.map((setting) => this.#control(setting)));
    this.#scene = scene;
    for (const setting of scene.settings) {
      const value = valueOf(setting, chosen);
      const control = byId<HTMLInputElement | HTMLSelectElement>(`setting-${setting.id}`);
      if (control instanceof HTMLInputElement) {
        control.checked = value === 'on';
        byId(`state-${setting.id}`).textContent = value;
      } else control.value = value;
    }
  }

  clear(): void {
    this.#scene = undefined;
    this.#form.replaceChildren();
  }

  #control(setting: Setting): HTMLElement {
    const id = `setting-${setting.id}`;
    const set = (value: string) => {
      this.#onChange({ ...this.#chosen, [setting.id]: value });
    };
    if (setting.type === 'switch') {
      const input = html('input', { id, type: 'checkbox', role: 'switch' });
      input.addEventListener('change', () => set(input.checked ? 'on' : 'off'));
      const state = html('span', { id: `state-${setting.id}`, class: 'state', 'aria-hidden': 'true' });
      return html('label', { class: 'switch' }, input, html('code', {}, setting.label), state);
    }
    const options = setting.choices.map(({ value, label }) => html('option', { value }, label));
    const select = html('select', { id }, ...options);
    select.addEventListener('change', () => set(select.value));
    return html('label', { class: 'choice' }, html('span', {}, setting.label), select);
  }
}
