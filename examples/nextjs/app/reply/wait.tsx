import { useEffect, useState } from 'react';
import type { Queued, Resumed, Retrying } from 'rxjs-gemini';

/** The waits of a reply that runs. */
export interface Waits {
  readonly queued?: Queued | undefined;
  readonly retrying?: Retrying | undefined;
  readonly resumed?: Resumed | undefined;
}

interface WaitProps extends Waits {
  /** Changes with each text and each notice. */
  readonly progress: unknown;
}

/** From this many seconds on, a silence is worth a word. */
const longSilence = 3;

/** Tells the reader why nothing comes. No live region: it changes each second. */
export function Wait({ queued, retrying, resumed, progress }: WaitProps) {
  const seconds = useSecondsSince(progress);
  const words = [resumed && 'The connection broke; the reply goes on', presentWait(seconds, queued, retrying)];
  const text = words.filter(Boolean).join(' · ');
  return text === '' ? null : <p className="wait">{text}</p>;
}

function presentWait(seconds: number, queued: Queued | undefined, retrying: Retrying | undefined): string | undefined {
  if (queued && queued.position > 0) return `Place ${queued.position} in the queue`;
  if (retrying && retrying.delay > 0) {
    const left = Math.max(0, Math.ceil(retrying.delay / 1000) - seconds);
    return left > 0 ? `Trying again in ${left} s (${retrying.kind})` : `Trying again (${retrying.kind})`;
  }
  return seconds >= longSilence ? `No text for ${seconds} s` : undefined;
}

/** The whole seconds since `progress` has changed. */
function useSecondsSince(progress: unknown): number {
  const [{ seconds, since }, setCount] = useState({ seconds: 0, since: progress });
  useEffect(() => {
    const begin = performance.now();
    const timer = setInterval(() => {
      setCount({ seconds: Math.round((performance.now() - begin) / 1000), since: progress });
    }, 1_000);
    return () => clearInterval(timer);
  }, [progress]);
  // Until the first second is over, the count is of the progress before.
  return since === progress ? seconds : 0;
}
