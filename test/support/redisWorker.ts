// A process that publishes and follows replies, as its parent asks by messages, and reports all that it sees.
import { createClient } from 'redis';
import { concatMap, delay, from, materialize, of } from 'rxjs';
import { followReply } from '../../src/redis/followReply.js';
import { publishReply } from '../../src/redis/publishReply.js';
import { chunk } from '../../src/testing/chunks.js';

/** The request of a parent. */
export type WorkerRequest =
  | { readonly type: 'publish'; readonly id: string; readonly texts: readonly string[]; readonly lease: number }
  | { readonly type: 'follow'; readonly id: string };

const [url = ''] = process.argv.slice(2);
const redis = createClient({ url });
redis.on('error', () => undefined);
await redis.connect();

const tell = (message: object) => process.send!(message);

process.on('message', (request: WorkerRequest) => {
  const { id } = request;
  const reply$ =
    request.type === 'follow'
      ? followReply(redis, id)
      : from(request.texts).pipe(
          concatMap((text) => of(chunk(text)).pipe(delay(10))),
          publishReply(redis, id, {
            lease: request.lease,
            onStoreError: ({ kind }) => tell({ type: 'problem', id, kind }),
          }),
        );
  reply$.pipe(materialize()).subscribe((notification) => {
    if (notification.kind === 'N') tell({ type: request.type, id, value: notification.value });
    else if (notification.kind === 'C') tell({ type: request.type, id, end: 'complete' });
    else
      tell({ type: request.type, id, end: 'error', error: JSON.parse(JSON.stringify(notification.error)) as object });
  });
});
tell({ type: 'ready' });
