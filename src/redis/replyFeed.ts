import {
  concat,
  connect,
  debounceTime,
  defer,
  EMPTY,
  finalize,
  map,
  merge,
  of,
  share,
  switchMap,
  takeUntil,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { bridgeOutages } from './bridgeOutages.js';
import type { ChannelSignal } from './redisChannels.js';
import type { RedisClient } from './redisClient.js';
import { signalsOf } from './redisServer.js';
import { parseMessage, type FeedMessage } from './replyEntry.js';
import type { ReplyKeys } from './replyKeys.js';

/** A signal for the followers of a reply. */
export type FeedSignal =
  /** Messages may be missing: the follower must read. */
  | { readonly type: 'check' }
  /** There was no message for half of a lease. */
  | { readonly type: 'silent' }
  | { readonly type: 'message'; readonly message: FeedMessage };

interface Feed {
  readonly signals$: Observable<FeedSignal>;
  isSubscribed: boolean;
}

const feedsOfClients = /* @__PURE__ */ new WeakMap<RedisClient, Map<string, Feed>>();

/**
 * The signals of a reply, which all its followers of a process share: a message is parsed once. The first signal of each
 * follower is a `check`, and so is the first after an outage, which {@link bridgeOutages} bridges for all.
 *
 * @param lease - The lease of the publisher, in ms.
 */
export function replyFeed(redis: RedisClient, keys: ReplyKeys, lease: number): Observable<FeedSignal> {
  return defer(() => {
    const feeds = feedsOfClients.get(redis) ?? new Map<string, Feed>();
    feedsOfClients.set(redis, feeds);
    const known = feeds.get(keys.live);
    if (known) return concat(known.isSubscribed ? of(check) : EMPTY, known.signals$);
    const feed: Feed = {
      isSubscribed: false,
      signals$: signalsOf(redis, keys.live, keys.state).pipe(
        tap(() => {
          feed.isSubscribed = true;
        }),
        connect((signals$) =>
          merge(
            signals$.pipe(map(toFeedSignal)),
            // A debounce has one timer, however many messages there are.
            signals$.pipe(
              debounceTime(lease / 2),
              switchMap(() => timer(0, lease / 2).pipe(takeUntil(signals$))),
              map(() => silent),
            ),
          ),
        ),
        bridgeOutages(redis),
        finalize(() => {
          if (feeds.get(keys.live) === feed) feeds.delete(keys.live);
        }),
        share(),
      ),
    };
    feeds.set(keys.live, feed);
    return feed.signals$;
  });
}

const check: FeedSignal = { type: 'check' };
const silent: FeedSignal = { type: 'silent' };

function toFeedSignal(signal: ChannelSignal): FeedSignal {
  if (signal.type === 'subscribed') return check;
  const message = parseMessage(signal.text);
  return message ? { type: 'message', message } : check;
}
