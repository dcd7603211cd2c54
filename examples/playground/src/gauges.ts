import type { GeminiChunk, ReplyMetrics, ReplyProgress } from 'rxjs-gemini';
import { byId } from './element.ts';

/** Numbers that `withMetrics` and `withProgress` give, each with a bar of how it compares. */
export class Gauges {
  readonly #first = gauge('first', 3000);
  readonly #speed = gauge('speed', 60);
  readonly #gaps = gauge('gaps', 2000);
  readonly #progress = gauge('progress', 100);

  begin(): void {
    this.#first('–', 'ms', 0, 'from the request on');
    this.#speed('–', 'tokens/s', 0, 'tokensPerSecond');
    this.#gaps('–', 'ms', 0, 'gaps');
    this.#progress('0', '%', 0, 'waiting');
  }

  show({ metrics, progress }: GeminiChunk): void {
    if (metrics) this.#showMetrics(metrics);
    if (progress) this.#showProgress(progress);
  }

  #showMetrics(metrics: ReplyMetrics): void {
    const { timeToFirstChunk, tokensPerSecond, gaps } = metrics;
    if (timeToFirstChunk !== undefined) {
      this.#first(whole(timeToFirstChunk), 'ms', timeToFirstChunk, 'from the request on');
    }
    if (tokensPerSecond !== undefined) {
      this.#speed(whole(tokensPerSecond), 'tokens/s', tokensPerSecond, `${String(metrics.outputTokens ?? 0)} tokens`);
    }
    this.#gaps(whole(gaps.p50), 'ms', gaps.p50, `p95 ${whole(gaps.p95)} · max ${whole(gaps.max)}`);
  }

  #showProgress({ percent, phase, remaining }: ReplyProgress): void {
    const left = remaining === undefined || phase === 'complete' ? '' : ` · ${(remaining / 1000).toFixed(1)} s left`;
    this.#progress(whole(percent), '%', percent, phase + left);
  }
}

type Show = (value: string, unit: string, level: number, note: string) => void;

function gauge(id: string, most: number): Show {
  const card = byId(`gauge-${id}`);
  const [number, meter, note] = ['.number', '.meter', '.note'].map((part) => card.querySelector<HTMLElement>(part));
  if (meter) meter.ariaValueMax = String(most);
  return (value, unit, level, words) => {
    if (!number || !meter || !note) return;
    number.textContent = value;
    number.dataset['unit'] = unit;
    meter.style.setProperty('--level', String(Math.min(level / most, 1)));
    meter.ariaValueNow = String(Math.min(level, most));
    note.textContent = words;
  };
}

const whole = (value: number): string => String(Math.round(value));
