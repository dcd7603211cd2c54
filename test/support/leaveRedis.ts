// A process that publishes, follows and leaves replies in every state, closes its client, and must then end by itself.
import { createClient } from 'redis';
import { concat, from, lastValueFrom, NEVER, of, take } from 'rxjs';
import { createRedisReplies } from '../../src/redis/createRedisReplies.js';
import { followReply } from '../../src/redis/followReply.js';
import { publishReply } from '../../src/redis/publishReply.js';
import { chunk } from '../../src/testing/chunks.js';

const [url = ''] = process.argv.slice(2);
const redis = await createClient({ url }).connect();
const replies = createRedisReplies(redis);

await lastValueFrom(from(['a', 'b'].map((text) => chunk(text))).pipe(publishReply(redis, 'whole')));
await lastValueFrom(followReply(redis, 'whole'));
await replies.start('endless', concat(of(chunk('a')), NEVER));
const follower = followReply(redis, 'endless').subscribe();
await lastValueFrom(followReply(redis, 'endless').pipe(take(1)));
follower.unsubscribe();
followReply(redis, 'endless').subscribe().unsubscribe();
of(chunk('a')).pipe(publishReply(redis, 'early')).subscribe().unsubscribe();
await replies.close();
await redis.close();

// Of a server that is not there.
const lost = createClient({ url: 'redis://127.0.0.1:1' });
lost.on('error', () => undefined);
void lost.connect().catch(() => undefined);
followReply(lost, 'a').subscribe().unsubscribe();
of(chunk('a')).pipe(publishReply(lost, 'a')).subscribe().unsubscribe();
lost.destroy();
process.stdout.write('done');
