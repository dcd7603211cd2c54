/** The group of a scene: the groups of the README's catalogue. */
export type Group = 'Receive' | 'Show' | 'Protect' | 'Measure' | 'Share' | 'Shape' | 'Converse' | 'Send';

export const groups: readonly Group[] = ['Receive', 'Show', 'Protect', 'Measure', 'Share', 'Shape', 'Converse', 'Send'];

/** A setting of a scene: an operator that is on or off, or a choice. The first choice is the default. */
export type Setting =
  | { readonly type: 'switch'; readonly id: string; readonly label: string; readonly isOff?: boolean }
  | { readonly type: 'select'; readonly id: string; readonly label: string; readonly choices: readonly Choice[] };

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The values of a scene's settings, by their ids. */
export interface SettingValues {
  isOn(id: string): boolean;
  choice(id: string): string;
}

/** A scene: a short program, its settings, and the sentences about it. */
export interface Scene {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  /** One or two sentences: the problem, and the operator that solves it. */
  readonly about: string;
  readonly settings: readonly Setting[];
  /** The whole answer of the model, as far as the diagram knows it. */
  readonly expectedText?: string;
  /** The names of the rows, by the name of the export. */
  readonly titles?: Readonly<Record<string, string>>;
  /** The sentence above the diagram, for these settings. */
  caption(values: SettingValues): string;
  /** The program without its imports. */
  code(values: SettingValues): string;
}
