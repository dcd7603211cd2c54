import { find } from './find.js';

/** The bars that move with the voice. They are for the eye only. */
export class LevelMeter {
  readonly #element = find('#level');

  /** @param level - The loudness of a piece, from 0 to 1. */
  show(level: number): void {
    // Ears and eyes count in steps of loudness: 60 dB from silence to the top.
    const decibels = 20 * Math.log10(Math.max(level, 1e-3));
    this.#element.style.setProperty('--level', (1 + decibels / 60).toFixed(2));
  }
}
