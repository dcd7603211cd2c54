// Replies over Redis, beside those of one process. Each run has a Redis and processes of its own; the ways take turns.
import { median } from './median.mjs';
import { runClient } from './runClient.mjs';
import { withRedis } from './withRedis.mjs';

/** How many replies at once, and their pace: 20 chunks a second of one, 5 of each of many. */
const paces = (atOnce) => [
  { load: '1 reply, 20 chunks/s', args: [1, 50, 60] },
  { load: `${atOnce} replies, 5 chunks/s each`, args: [atOnce, 200, 15] },
];

/**
 * Rows of `{ figure, load, way, value, unit, ratio }`: medians, and the ratio to the way of one process, or to the row
 * above of the same figure. One row that says so if `redis-server` is not installed.
 */
export async function redisCost({ rounds = 3, replies = 1000, followers = 10_000 } = {}) {
  const measure = await measurer(rounds);
  if (!measure) return [{ figure: 'left out: the program `redis-server` is not installed' }];
  const rows = [];
  for (const { load, args } of paces(replies)) {
    const [alone, stored] = await measure('redisLatencyClient.mjs', [
      ['createReplies', ...args],
      ['redis', ...args],
    ]);
    for (const name of ['p50', 'p99']) {
      rows.push(
        { figure: `latency, ${name}`, load, way: 'createReplies', value: alone(name), unit: 'ms' },
        { figure: `latency, ${name}`, load, way: 'Redis', value: stored(name), unit: 'ms' },
      );
    }
    // One reply is a matter of timers.
    if (args[0] === 1) continue;
    rows.push(
      { figure: 'CPU a chunk', load, way: 'publisher', value: stored('publisher'), unit: 'µs' },
      { figure: 'CPU a chunk', load, way: 'followers', value: stored('follower'), unit: 'µs' },
      { figure: 'CPU a chunk', load, way: 'Redis', value: stored('redis'), unit: 'µs' },
      { figure: 'scripts a chunk', load, way: 'Redis', value: stored('scripts'), unit: '' },
    );
  }

  for (const args of [
    [followers, 1, 50, 30],
    [followers, 100, 200, 20],
  ]) {
    const load = `${followers} followers of ${args[1]} ${args[1] === 1 ? 'reply' : 'replies'}`;
    const [alone, stored] = await measure('redisFollowersClient.mjs', [
      ['createReplies', ...args],
      ['redis', ...args],
    ]);
    rows.push(
      ...beside('CPU a delivery', load, 'µs', { createReplies: alone('micros'), Redis: stored('micros') }),
      ...beside('heap a follower', load, 'kB', { createReplies: alone('heap') / 1000, Redis: stored('heap') / 1000 }),
      ...beside('RSS a follower', load, 'kB', { createReplies: alone('rss') / 1000, Redis: stored('rss') / 1000 }),
      { figure: 'CPU a chunk', load, way: 'Redis', value: stored('redis'), unit: 'µs' },
      { figure: 'connections for messages', load, way: 'Redis', value: stored('connections'), unit: '' },
    );
  }

  const load = '300 chunks that are there';
  const [published] = await measure('redisPublishClient.mjs', [['redis', 40, 300]]);
  rows.push(
    { figure: 'CPU a chunk', load, way: 'publisher', value: published('micros'), unit: 'µs' },
    { figure: 'CPU a chunk', load, way: 'Redis', value: published('redis'), unit: 'µs' },
    { figure: 'scripts a chunk', load, way: 'Redis', value: published('scripts'), unit: '' },
  );

  const [stopped] = await measure('redisStopClient.mjs', [['redis', 100]]);
  for (const name of ['p50', 'p99']) {
    const stop = { figure: `stop to close of the request, ${name}`, load: 'another client', way: 'Redis' };
    rows.push({ ...stop, value: stopped(name), unit: 'ms' });
  }

  const limited = '5,000 replies, 16 at once';
  const [alone, shared] = await measure('redisLimitClient.mjs', [['memory'], ['redisStore']]);
  rows.push(
    ...beside('latency of limit(), p50', limited, 'ms', { 'one process': alone('p50'), redisStore: shared('p50') }),
    ...beside('CPU a decision', limited, 'µs', { 'one process': alone('micros'), redisStore: shared('micros') }),
    { figure: 'CPU a decision', load: limited, way: 'Redis', value: shared('redis'), unit: 'µs' },
    { figure: 'scripts a decision', load: limited, way: 'Redis', value: shared('scripts'), unit: '' },
    { figure: 'decisions', load: limited, way: 'redisStore', value: shared('rate'), unit: '/s' },
  );

  const kinds = ['fast', 'slow'];
  const stored = await measure('redisReplyClient.mjs', [['fast'], ['slow']]);
  kinds.forEach((kind, index) => {
    const figure = stored[index];
    const load = kind === 'fast' ? '300 chunks in batches' : '300 chunks one by one';
    rows.push(
      ...beside('bytes in Redis', load, 'kB', {
        'JSON of the chunks': figure('json') / 1000,
        Redis: figure('bytes') / 1000,
      }),
      { figure: 'keys after the end', load, way: 'Redis', value: figure('keys'), unit: '' },
      ...beside('late read, bytes', load, 'kB', {
        'GET of merged': figure('getBytes') / 1000,
        followReply: figure('followBytes') / 1000,
      }),
      ...beside('late read, time', load, 'ms', { 'GET of merged': figure('get'), followReply: figure('follow') }),
    );
  });
  return rows;
}

/**
 * A function that runs a client several times for each list of arguments, in turn, and resolves to a function of the
 * medians for each; undefined without `redis-server`.
 */
async function measurer(rounds) {
  if (!(await withRedis(() => true))) return undefined;
  return async (file, lists) => {
    const runs = lists.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, [way, ...args]] of lists.entries()) {
        runs[index].push(await withRedis((url) => runClient(file, way, url, ...args)));
      }
    }
    return runs.map((all) => (name) => median(all.map((run) => run[name])));
  };
}

/** Rows of a figure of two ways, with the ratio to the first. */
function beside(figure, load, unit, ways) {
  const [base] = Object.values(ways);
  return Object.entries(ways).map(([way, value]) => ({ figure, load, way, value, unit, ratio: value / base }));
}
