import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The process that publishes replies for a client. */
export class RedisPeer {
  #child;

  constructor(url) {
    this.#child = fork(fileURLToPath(new URL('redisPublisher.mjs', import.meta.url)), [url], { execArgv: [] });
  }

  /** Runs a command of the publisher; resolves to its answer. */
  async run(command, options = {}) {
    this.#child.send({ command, ...options });
    const [answer] = await once(this.#child, 'message');
    return answer;
  }

  close() {
    this.#child.disconnect();
  }
}
