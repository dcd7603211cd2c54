// One reply to many subscribers of `shareReply`, beside those of a bare rxjs `Subject`. Each run is a process of its own;
// the ways take turns.
import { atMost } from './atMost.mjs';
import { median } from './median.mjs';
import { runClient } from './runClient.mjs';

const ways = ['Subject', 'shareReply()'];
const subscribers = 10_000;
const chunks = 200;

/** Rows of `{ cost, way, ns, ratio, target }`, in ns of CPU for each chunk that a subscriber gets. */
export function fanOut({ rounds = 5 } = {}) {
  const runs = ways.map(() => []);
  for (let round = 0; round < rounds; round++) {
    ways.forEach((way, index) => runs[index].push(runClient('fanOutClient.mjs', way, subscribers, chunks)));
  }
  return ['delivery', 'reply'].flatMap((cost) =>
    ways.map((way, index) => {
      const ratio = median(runs[index].map((run, round) => run[cost] / runs[0][round][cost]));
      const isOurs = index > 0;
      return {
        cost: cost === 'delivery' ? 'a delivery' : 'with subscribing and completion',
        way,
        ns: median(runs[index].map((run) => run[cost])),
        ratio,
        target: isOurs ? atMost(1.3, ratio) : '',
      };
    }),
  );
}
