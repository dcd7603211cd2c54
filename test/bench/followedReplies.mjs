import { createReplies } from 'rxjs-gemini';
import { createRedisReplies } from 'rxjs-gemini/redis';
import { now, PacedReplies } from './pacedReplies.mjs';
import { RedisPeer } from './redisPeer.mjs';

/** Replies with followers in this process, of `createReplies`, or over Redis of another process. */
export class FollowedReplies {
  #store;
  #publisher;
  #ids;
  #followers = 0;
  #emitted = 0;
  #seen = 0;
  #onSeen = () => undefined;

  constructor(way, redis, url) {
    const isOverRedis = way === 'redis';
    this.#store = isOverRedis ? createRedisReplies(redis) : createReplies();
    this.#publisher = isOverRedis ? new RedisPeer(url) : inProcess(this.#store);
  }

  async start(count) {
    const run = now().toFixed(0);
    this.#ids = Array.from({ length: count }, (_, index) => `${run}-${index}`);
    await this.#publisher.run('start', { ids: this.#ids });
  }

  /** Follows each reply so often. `onLag` is called with the time since the publisher's `next`, in ms. */
  async follow(times, onLag = () => undefined) {
    for (const id of this.#ids) for (let time = 0; time < times; time++) this.#followOne(id, onLag);
    this.#followers = this.#ids.length * times;
    // Until every follower is subscribed, so that each chunk is a message.
    await new Promise((resolve) => setTimeout(resolve, 500 + this.#followers / 10));
  }

  #followOne(id, onLag) {
    let next = 0;
    this.#store.follow(id).subscribe(({ text }) => {
      // A reply without chunks yet begins with its place.
      if (text === '') return;
      const [number, emittedAt] = text.split(' ');
      if (Number(number) !== next++) throw new Error(`got chunk ${number} instead of ${next - 1}`);
      onLag(now() - Number(emittedAt));
      this.#seen += 1;
      if (this.#seen === this.#followers * this.#emitted) this.#onSeen();
    });
  }

  /** Emits so many chunks of each reply, one every `period` ms; resolves once all followers have them, to the µs of CPU of the publisher. */
  async emit(chunks, period) {
    this.#emitted += chunks;
    const haveSeen = new Promise((resolve) => (this.#onSeen = resolve));
    const { micros } = await this.#publisher.run('emit', { chunks, period });
    await haveSeen;
    return micros;
  }

  close() {
    return this.#publisher.run('complete');
  }
}

/** The publisher of a store of this process. */
function inProcess(store) {
  let replies;
  const commands = {
    start({ ids }) {
      replies = new PacedReplies(ids.length);
      return Promise.all(replies.sources.map((source, index) => store.start(ids[index], source)));
    },
    emit: ({ chunks, period }) => replies.emit(chunks, period),
    complete: () => replies.complete(),
  };
  return {
    async run(command, options) {
      await commands[command](options);
      return { micros: 0 };
    },
  };
}
