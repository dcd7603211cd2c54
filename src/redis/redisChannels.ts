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

/** The client that receives messages, and its state. */
interface Connection {
  readonly client: RedisSubscriber;
  readonly ready: Promise<unknown>;
  /**
   * The last command of each channel. The next one waits for it: the client mixes up an unsubscription that is sent while
   * a subscription to the same channel has no answer.
   */
  readonly commands: Map<string, Promise<unknown>>;
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
  /** The channels that could not be unsubscribed: the client subscribes them again when it connects again. */
  readonly #stale = new Map<string, Topic['listener']>();
  #connection: Connection | undefined;
  #stopIdleTimer: (() => void) | undefined;

  constructor(redis: RedisClient, isSharded: boolean) {
    this.#redis = redis;
    this.#isSharded = isSharded;
  }

  /** The signals of a channel. Fails if the channel cannot be subscribed. */
  signals(channel: string): Observable<ChannelSignal> {
    return new Observable((destination) => {
      const topic = this.#topics.get(channel) ?? this.#open(channel);
      topic.signals.subscribe(destination);
      // After the teardown of this subscription.
      destination.add(() => {
        if (!topic.signals.observed) this.#close(channel, topic);
      });
      if (topic.isSubscribed) destination.next(subscribed);
    });
  }

  #open(channel: string): Topic {
    this.#stopIdleTimer?.();
    const connection = this.#connect();
    const signals = new Subject<ChannelSignal>();
    const listener = (text: string) => {
      signals.next({ type: 'message', text });
    };
    const topic: Topic = { signals, listener, isSubscribed: false };
    this.#topics.set(channel, topic);
    const { client } = connection;
    inTurn(connection, channel, () =>
      this.#isSharded ? client.sSubscribe(channel, listener) : client.subscribe(channel, listener),
    ).then(
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
    this.#unsubscribe(channel, topic.listener);
  }

  #unsubscribe(channel: string, listener: Topic['listener']): void {
    const connection = this.#connection;
    if (!connection) return;
    const { client } = connection;
    inTurn(connection, channel, () =>
      this.#isSharded ? client.sUnsubscribe(channel, listener) : client.unsubscribe(channel, listener),
    ).catch(() => {
      if (this.#connection === connection) this.#stale.set(channel, listener);
    });
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

  #connect(): Connection {
    this.#connection ??= isSubscriber(this.#redis)
      ? this.#ownConnection(this.#redis)
      : this.#connectTo(duplicateOf(this.#redis));
    return this.#connection;
  }

  #ownConnection(client: RedisSubscriber): Connection {
    this.#watch(client);
    return { client, ready: Promise.resolve(), commands: new Map() };
  }

  #connectTo(client: RedisSubscriber): Connection {
    this.#watch(client);
    const connection = { client, ready: client.connect(), commands: new Map<string, Promise<unknown>>() };
    connection.ready.catch(() => {
      if (this.#connection === connection) this.#disconnect();
    });
    return connection;
  }

  #watch(client: RedisSubscriber): void {
    for (const event of readyEvents) {
      client.on(event, () => {
        if (this.#connection?.client !== client) return;
        const stale = [...this.#stale];
        this.#stale.clear();
        for (const [channel, listener] of stale) this.#unsubscribe(channel, listener);
        for (const topic of this.#topics.values()) if (topic.isSubscribed) topic.signals.next(subscribed);
      });
    }
    client.on('error', (cause) => {
      // A client that is not open does not connect again.
      if (client.isOpen !== false || this.#connection?.client !== client) return;
      this.#disconnect();
      for (const [channel, topic] of [...this.#topics]) this.#fail(channel, topic, cause);
    });
  }

  #disconnect(): void {
    const { client } = this.#connection ?? {};
    // The client of a cluster is the user's, and has its listeners already.
    if (!client || isSubscriber(this.#redis)) return;
    this.#connection = undefined;
    this.#stale.clear();
    try {
      // Also while it connects, which it would try for ever.
      client.destroy();
    } catch {
      // It is closed.
    }
  }
}

/** Sends a command of a channel, after the one before. */
function inTurn({ ready, commands }: Connection, channel: string, send: () => Promise<unknown>): Promise<unknown> {
  const before = commands.get(channel)?.catch(() => undefined) ?? ready;
  const command = before.then(send).finally(() => {
    if (commands.get(channel) === command) commands.delete(channel);
  });
  commands.set(channel, command);
  return command;
}

/**
 * Whether a client has connections of its own for messages: that of a cluster one to each shard, and that of a sentinel,
 * which has no `duplicate` in version 5.
 */
function isSubscriber(redis: RedisClient): redis is RedisClient & RedisSubscriber {
  return 'masters' in redis || !redis.duplicate;
}

function duplicateOf(redis: RedisClient): RedisSubscriber {
  const duplicate = redis.duplicate?.();
  if (!duplicate) throw new TypeError('The client of Redis has no method `duplicate`');
  return duplicate;
}

const channelsOfClients = /* @__PURE__ */ new WeakMap<RedisClient, RedisChannels>();

/** The channels of a client, the same for all its users: they share one connection. */
export function channelsOf(redis: RedisClient, isSharded: boolean): RedisChannels {
  const known = channelsOfClients.get(redis) ?? new RedisChannels(redis, isSharded);
  channelsOfClients.set(redis, known);
  return known;
}
