import { map, ReplaySubject, share, switchMap, type Observable } from 'rxjs';
import { channelsOf, type ChannelSignal } from './redisChannels.js';
import type { RedisClient } from './redisClient.js';
import { RedisScript } from './redisScript.js';

/** Returns 1 on a node of a cluster, which alone knows the command. The key says which node of a cluster is asked. */
const askForCluster = /* @__PURE__ */ new RedisScript(
  () => `
local info = redis.pcall('CLUSTER', 'INFO')
return type(info) == 'string' and 1 or 0
`,
);

const answers = /* @__PURE__ */ new WeakMap<RedisClient, Observable<boolean>>();

/** Whether the server is a node of a cluster. Asked once for each client, and again after a failure. */
export function isSharded(redis: RedisClient, key: string): Observable<boolean> {
  const known = answers.get(redis);
  if (known) return known;
  const answer$ = askForCluster.run(redis, [key], []).pipe(
    map((answer) => Number(answer) === 1),
    share({ connector: () => new ReplaySubject(1), resetOnComplete: false }),
  );
  answers.set(redis, answer$);
  return answer$;
}

/** The signals of a channel of the server. `key` is a key of the same slot. */
export function signalsOf(redis: RedisClient, channel: string, key: string): Observable<ChannelSignal> {
  return isSharded(redis, key).pipe(switchMap((sharded) => channelsOf(redis, sharded).signals(channel)));
}
