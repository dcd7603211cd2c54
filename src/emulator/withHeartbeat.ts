import { sleep } from './sleep.js';
import { send, type Step, wait } from './steps.js';

/** Puts a comment after each `every` ms of silence: in waits, and while the next step is not there yet. */
export async function* withHeartbeat(
  steps: AsyncGenerator<Step>,
  every: number,
  comment: string,
): AsyncGenerator<Step> {
  const beat = send(comment, 0);
  try {
    for (;;) {
      const next = steps.next();
      while (!(await settlesWithin(next, every))) yield beat;
      const result = await next;
      if (result.done) return;
      if (result.value.kind === 'wait') yield* beatsIn(result.value.ms, every, beat);
      else yield result.value;
    }
  } finally {
    await steps.return(undefined);
  }
}

function* beatsIn(ms: number, every: number, beat: Step): Generator<Step> {
  let left = ms;
  for (; left > every; left -= every) {
    yield wait(every);
    yield beat;
  }
  yield wait(left);
}

/** Whether a promise settles in time. */
async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const settled = new AbortController();
  const settle = () => {
    settled.abort();
  };
  promise.then(settle, settle);
  await sleep(ms, settled.signal);
  return settled.signal.aborted;
}
