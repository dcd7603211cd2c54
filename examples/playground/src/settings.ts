/** The operators that are switched on, and their options. */
export interface Settings {
  readonly timeoutReply: { readonly on: boolean; readonly first: number; readonly each: number };
  readonly retryTransient: { readonly on: boolean; readonly count: number };
  readonly resumeOnDrop: { readonly on: boolean };
  readonly takeUntilCancel: { readonly on: boolean };
  readonly bufferChunks: { readonly on: boolean; readonly until: 'word' | 'sentence' | 'paragraph' };
  readonly smoothText: { readonly on: boolean; readonly by: 'grapheme' | 'word' };
  readonly renderEvery: { readonly on: boolean; readonly interval: number };
}

export type OperatorName = keyof Settings;

export const initialSettings: Settings = {
  timeoutReply: { on: false, first: 2000, each: 1500 },
  retryTransient: { on: true, count: 3 },
  resumeOnDrop: { on: false },
  takeUntilCancel: { on: true },
  bufferChunks: { on: true, until: 'sentence' },
  smoothText: { on: false, by: 'word' },
  renderEvery: { on: false, interval: 250 },
};
