import type { ReplyInteraction } from '../chunk/annotations.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';

/** The interaction of `ask` that runs in the background, if there is one: it continues without a reader. */
export class BackgroundRun {
  readonly #baseUrl: string | undefined;
  #place: ReplyInteraction | undefined;

  /** @param baseUrl - The address of the service, as `--base-url` names it. */
  constructor(baseUrl: string | undefined) {
    this.#baseUrl = baseUrl;
  }

  /** Follows the reply; returns a line for the user with the first chunk that has the id. */
  observe({ interaction }: GeminiChunk): string | undefined {
    if (!interaction?.background || interaction.id === '') return undefined;
    const isFirst = this.#place === undefined;
    this.#place = interaction;
    return isFirst ? `Interaction ${interaction.id}` : undefined;
  }

  /** The command that reads the rest of the run; undefined if there is no run, or if the run has ended. */
  get howToFollow(): string | undefined {
    if (!this.#place || !openStatuses.has(this.#place.status)) return undefined;
    const { id, cursor } = this.#place;
    const after = cursor === undefined ? '' : ` --after ${quote(cursor)}`;
    const address = this.#baseUrl === undefined ? '' : ` --base-url ${quote(this.#baseUrl)}`;
    return `The run continues. To read the rest: rxjs-gemini ask --follow ${quote(id)}${after}${address}`;
  }
}

const openStatuses: ReadonlySet<string> = new Set(['queued', 'in_progress']);

/** Quotes a word for a shell, if the word has any character with a meaning for it. */
function quote(word: string): string {
  return /^[\w.:=+/-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
