import { styleText } from 'node:util';
import type { ReplyProgress } from '../chunk/annotations.js';

const width = 24;

/** A bar, the percentage, the phase and the pace, on one line that fits into the terminal. */
export function progressLine(progress: ReplyProgress, tokensPerSecond: number | undefined, columns: number): string {
  const { percent, phase } = progress;
  const filled = Math.round((percent / 100) * width);
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
  const pace = tokensPerSecond === undefined ? '' : ` · ${tokensPerSecond.toFixed(0)} tokens/s`;
  const line = `${bar} ${percent.toFixed(0).padStart(3)} % ${phase}${pace}`;
  return styleText('cyan', line.slice(0, Math.max(0, columns - 1)));
}
