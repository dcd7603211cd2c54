import type { OwnRecording } from '../own/recording.ts';
import { routeProblem } from '../own/route.ts';
import { opening } from '../scenes/scenes.ts';
import { addressOf, readAddress } from './address.ts';
import { CodePanel } from './codePanel.ts';
import { contentOf, sceneOf } from './content.ts';
import { copyButton } from './copyButton.ts';
import { byId } from './element.ts';
import { OwnPanel } from './ownPanel.ts';
import { Player } from './player.ts';
import { SceneList } from './sceneList.ts';
import { SettingsForm } from './settingsForm.ts';
import { openInStackBlitz } from './stackBlitz.ts';
import { standaloneCode } from './standaloneCode.ts';
import type { View } from './view.ts';

/** The page: one view at a time, which its address names. */
export class App {
  readonly #panel = new CodePanel(() => void this.#run());
  readonly #player = new Player(this.#panel);
  readonly #list = new SceneList((id) => this.#choose(id));
  readonly #own = new OwnPanel({
    onRoute: (route) => this.#change({ type: 'route', route }),
    onRecording: (recording) => {
      this.#recording = recording;
      this.#change({ type: 'recording' });
    },
  });
  readonly #settings = new SettingsForm((chosen) => {
    if (this.#view.type === 'scene') this.#change({ ...this.#view, chosen, code: undefined });
  });
  #view: View = { type: 'scene', scene: opening.id, chosen: {} };
  #recording: OwnRecording | undefined;

  async start(): Promise<void> {
    byId('play').addEventListener('click', () => void this.#run());
    byId('run').addEventListener('click', () => void this.#run());
    byId('settings').addEventListener('submit', (event) => event.preventDefault());
    byId('stackblitz').addEventListener('click', () => {
      const { title, files } = this.#content;
      openInStackBlitz(title, this.#panel.code, files);
    });
    byId('skip').addEventListener('click', (event) => {
      // The fragment of the address has the edited program.
      event.preventDefault();
      byId('main').focus();
    });
    copyButton('copy-install', () => byId('install').textContent);
    copyButton('copy-code', () => standaloneCode(this.#panel.code, this.#content.files));
    copyButton('copy-svg', () => this.#player.stage.svg());
    copyButton('copy-link', () => this.#link());
    addEventListener('popstate', () => void this.#restore());
    await this.#restore();
  }

  get #content() {
    return contentOf(this.#view, this.#recording);
  }

  /**
   * Shows the view of the address. It plays by itself, except what a stranger's link may carry: a program, or the address
   * of a server.
   */
  async #restore(): Promise<void> {
    this.#view = await readAddress(location);
    this.#draw();
    const isOwn = (history.state as { readonly isOwn?: boolean } | null)?.isOwn === true;
    if (isOwn || (this.#view.code === undefined && this.#view.type === 'scene')) this.#play();
    else this.#player.stop();
    if (!isOwn) this.#notice(this.#noticeOfLink());
  }

  /** The sentence on a stranger's link that does not play by itself. */
  #noticeOfLink(): string | undefined {
    const { type, code } = this.#view;
    const route = type === 'route' && this.#view.route.url !== '' ? this.#view.route : undefined;
    const problem = route && routeProblem(route);
    if (problem !== undefined) return `This link cannot be played. ${problem}`;
    if (this.#content.code === undefined) return undefined;
    if (code !== undefined) return 'This link carries a program. Read it, then press Play: it runs in your browser.';
    return route && `This link names a server. Your browser calls ${route.url} once you press Play.`;
  }

  #choose(id: string): void {
    if (id === 'route') this.#change({ type: 'route', route: { url: '', method: 'GET', body: '' } });
    else if (id === 'recording') this.#change({ type: 'recording' });
    else this.#change({ type: 'scene', scene: id, chosen: {} });
  }

  #change(view: View): void {
    this.#view = view;
    this.#draw();
    void this.#writeAddress('push');
    this.#play();
  }

  /** Runs the program as it stands; an edited one then stands in the address. */
  async #run(): Promise<void> {
    this.#notice(undefined);
    const { editedCode: code } = this.#panel;
    if (code !== this.#view.code) {
      this.#view = { ...this.#view, code };
      await this.#writeAddress('push');
    }
    this.#play();
  }

  #play(): void {
    const { code, files, titles, caption, expectedText } = this.#content;
    this.#player.stop();
    if (code === undefined) return;
    const isEdited = this.#panel.editedCode !== undefined;
    const program = { code: this.#panel.code, files, titles };
    this.#player.play(program, isEdited ? 'Your own program.' : caption, isEdited ? undefined : expectedText);
  }

  #draw(): void {
    const { title, about, code } = this.#content;
    const scene = sceneOf(this.#view);
    document.title = scene === opening ? 'rxjs-gemini: see it work' : `${title} · rxjs-gemini`;
    byId('title').textContent = title;
    byId('about').textContent = about;
    this.#notice(undefined);
    this.#list.show(scene?.id ?? this.#view.type);
    if (scene && this.#view.type === 'scene') this.#settings.show(scene, this.#view.chosen);
    else this.#settings.clear();
    this.#own.show(this.#view);
    byId('run-parts').hidden = code === undefined;
    byId('play').hidden = code === undefined;
    // Without a program, none of the view before may stay: the address would carry it.
    this.#panel.show(code ?? '', code === undefined ? undefined : this.#view.code);
  }

  async #link(): Promise<string> {
    const isWhole = await this.#writeAddress('replace');
    if (!isWhole)
      this.#notice('The edited program is too long for a link: the link has the scene only. Copy the code instead.');
    else if (this.#view.type === 'recording')
      this.#notice('The recording is not in the link: it stays in your browser.');
    return location.href;
  }

  /** @returns Whether the address has the whole view. */
  async #writeAddress(how: 'push' | 'replace'): Promise<boolean> {
    const { address, isWhole } = await addressOf({ ...this.#view, code: this.#panel.editedCode });
    if (how === 'push') history.pushState({ isOwn: true }, '', address);
    // A stranger's link stays one: loaded again, it does not play by itself.
    else history.replaceState(history.state, '', address);
    return isWhole;
  }

  #notice(text: string | undefined): void {
    byId('notice').textContent = text ?? '';
    byId('notice').hidden = text === undefined;
  }
}
