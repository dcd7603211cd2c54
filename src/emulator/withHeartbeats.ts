import { send, type Step, wait } from './steps.js';
import { sleep } from './waits.js';

/** Adds a comment after each `every` ms of silence: within waits, and until the next step is there. */
export async function* withHeartbeats(
  steps: AsyncGenerator<Step>,
  every: number,
  comment: string,
): AsyncGenerator<Step> {
  const heartbeat = send(comment, 0);
  try {
    for (;;) {
      const next = steps.next();
      while (!(await settlesWithin(next, every))) yield heartbeat;
      const result = await next;
      if (result.done) return;
      if (result.value.kind === 'wait') yield* heartbeatsIn(result.value.ms, every, heartbeat);
      else yield result.value;
    }
  } finally {
    await steps.return(undefined);
  }
}

function* heartbeatsIn(ms: number, every: number, heartbeat: Step): Generator<Step> {
  let left = ms;
  for (; left > every; left -= every) {
    yield wait(every);
    yield heartbeat;
  }
  yield wait(left);
}

/** Whether a promise settles within `ms` ms. */
async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const settled = new AbortController();
  const settle = () => {
    settled.abort();
  };
  promise.then(settle, settle);
  await sleep(ms, settled.signal);
  return settled.signal.aborted;
}
