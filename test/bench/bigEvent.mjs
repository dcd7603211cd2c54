// One event of up to 8 MB in packets of 16 KB, beside `eventsource-parser` and one `JSON.parse`. Each run is a process of
// its own; the ways take turns.
import { atMost } from './atMost.mjs';
import { median } from './median.mjs';
import { runClient } from './runClient.mjs';

const ways = ['eventsource-parser and JSON.parse', 'fromGemini'];

/**
 * Rows of `{ MB, way, ms, 'ms a MB', time, peak, memory, target }`: the CPU time, the growth of the peak RSS in MB, and
 * the ratios of both. Linear time is the same for each MB.
 */
export function bigEvent({ rounds = 5 } = {}) {
  return [1, 2, 4, 8].flatMap((size) => {
    const runs = ways.map(() => []);
    for (let round = 0; round < rounds; round++) {
      ways.forEach((way, index) => runs[index].push(runClient('bigEventClient.mjs', way, size)));
    }
    return ways.map((way, index) => {
      const figure = (name) => median(runs[index].map((run) => run[name]));
      const ratio = (name) => median(runs[index].map((run, round) => run[name] / runs[0][round][name]));
      const [ms, time, memory] = [figure('ms'), ratio('ms'), ratio('peak')];
      const target = index > 0 ? atMost(1.5, Math.max(time, memory)) : '';
      return { MB: size, way, ms, 'ms a MB': ms / size, time, peak: figure('peak'), memory, target };
    });
  });
}
