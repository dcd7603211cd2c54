import { Observable, Subject } from 'rxjs';
import { backgroundTimer } from '../rx/backgroundTimer.js';
import type { RedisClient, RedisSubscriber } from './redisClient.js';

/** A signal of a channel. */
export type ChannelSignal =
  /** The subscription begins, or begins again after a lost connection: messages before it may be missing. */
  { readonly type: 'subscribed' } | { readonly type: 'message'; readonly text: string };

/** A channel with its subscribers in this process. */
interface Topic {
  readonly signals: Subject<ChannelSignal>;
  readonly listener: (text: string) => void;
  isSubscribed: boolean;
}

/** The time for which the connection is kept without a channel, in ms: an open connection keeps a Node process alive. */
const idleTime = 1_000;

/** The events after which a client has subscribed its channels again: of a connection, a node, and a failover. */
const readyEvents = ['ready', 'node-ready', 'topology-change'];

const subscribed: ChannelSignal = { type: 'subscribed' };

/** The channels of a client: one connection of this process, however many channels and subscribers there are. */
export class RedisChannels {
  readonly #redis: RedisClient;
  /** Whether the server is a node of a cluster: there, a message belongs to the shard of its channel. */
  readonly #isSharded: boolean;
  readonly #topics = new Map<string, Topic>();
  #connection: Promise<RedisSubscriber> | undefined;
  #stopIdleTimer: (() => void) | undefined;

  constructor(redis: RedisClient, isSharded: boolean) {
    this.#redis = redis;
    this.#isSharded = isSharded;
  }

  /** The signals of a channel. Fails if the channel cannot be subscribed. */
  signals(channel: string): Observable<ChannelSignal> {
    return new Observable((destination) => {
      const topic = this.#topics.get(channel) ?? this.#open(channel);
      destination.add(() => {
        if (!topic.signals.observed) this.#close(channel, topic);
      });
      destination.add(topic.signals.subscribe(destination));
      if (topic.isSubscribed) destination.next(subscribed);
    });
  }

  #open(channel: string): Topic {
    this.#stopIdleTimer?.();
    const signals = new Subject<ChannelSignal>();
    const listener = (text: string) => {
      signals.next({ type: 'message', text });
    };
    const topic: Topic = { signals, listener, isSubscribed: false };
    this.#topics.set(channel, topic);
    this.#connect()
      .then((connection) =>
        this.#isSharded ? connection.sSubscribe(channel, listener) : connection.subscribe(channel, listener),
      )
      .then(
        () => {
          topic.isSubscribed = true;
          signals.next(subscribed);
        },
        (cause: unknown) => {
          this.#fail(channel, topic, cause);
        },
      );
    return topic;
  }

  #close(channel: string, topic: Topic): void {
    if (this.#topics.get(channel) !== topic) return;
    this.#forget(channel);
    const { listener } = topic;
    this.#connection
      ?.then((connection) =>
        this.#isSharded ? connection.sUnsubscribe(channel, listener) : connection.unsubscribe(channel, listener),
      )
      // A lost connection has no channels.
      .catch(() => undefined);
  }

  #fail(channel: string, topic: Topic, cause: unknown): void {
    if (this.#topics.get(channel) === topic) this.#forget(channel);
    topic.signals.error(cause instanceof Error ? cause : new Error('The channel of Redis was closed'));
  }

  #forget(channel: string): void {
    this.#topics.delete(channel);
    if (this.#topics.size > 0) return;
    this.#stopIdleTimer?.();
    this.#stopIdleTimer = backgroundTimer(idleTime, () => {
      this.#disconnect();
    });
  }

  #connect(): Promise<RedisSubscriber> {
    this.#connection ??= isClusterClient(this.#redis) ? this.#ownConnection(this.#redis) : this.#duplicate();
    return this.#connection;
  }

  /** A client of a cluster has a connection for messages to each shard already. */
  #ownConnection(redis: RedisClient & RedisSubscriber): Promise<RedisSubscriber> {
    this.#watch(redis);
    return Promise.resolve(redis);
  }

  async #duplicate(): Promise<RedisSubscriber> {
    const connection = this.#redis.duplicate();
    this.#watch(connection);
    try {
      await connection.connect();
      return connection;
    } catch (cause) {
      this.#connection = undefined;
      throw cause;
    }
  }

  #watch(connection: RedisSubscriber): void {
    for (const event of readyEvents) {
      connection.on(event, () => {
        for (const topic of this.#topics.values()) if (topic.isSubscribed) topic.signals.next(subscribed);
      });
    }
    connection.on('error', (cause) => {
      // A client that is not open does not connect again.
      if (connection.isOpen !== false) return;
      this.#connection = undefined;
      for (const [channel, topic] of [...this.#topics]) this.#fail(channel, topic, cause);
    });
  }

  #disconnect(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (isClusterClient(this.#redis)) return;
    connection?.then((client) => client.destroy()).catch(() => undefined);
  }
}

function isClusterClient(redis: RedisClient): redis is RedisClient & RedisSubscriber {
  return 'masters' in redis;
}

const channelsOfClients = /* @__PURE__ */ new WeakMap<RedisClient, RedisChannels>();

/** The channels of a client, the same for all its users: they share one connection. */
export function channelsOf(redis: RedisClient, isSharded: boolean): RedisChannels {
  const known = channelsOfClients.get(redis) ?? new RedisChannels(redis, isSharded);
  channelsOfClients.set(redis, known);
  return known;
}
