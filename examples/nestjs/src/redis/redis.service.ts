import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createClient } from 'redis';
import type { RedisClient } from 'rxjs-gemini/redis';

/** The connection to the Redis of `REDIS_URL`, where several servers keep their replies. */
@Injectable()
export class RedisService implements OnApplicationShutdown {
  private readonly logger = new Logger(RedisService.name);
  private connection: ReturnType<typeof createClient> | undefined;
  private isDown = false;

  /** Undefined without `REDIS_URL`: this server is the only one. */
  get client(): RedisClient | undefined {
    return this.connection;
  }

  /** Waits for Redis, however long it is away. */
  async connect(): Promise<void> {
    const url = process.env['REDIS_URL'];
    if (!url) return;
    this.connection = createClient({ url });
    // Without a listener, the loss of the connection would end the process; the client connects again by itself.
    this.connection.on('error', (error: NodeJS.ErrnoException) => this.warnOnce(error));
    this.connection.on('ready', () => this.greet());
    await this.connection.connect();
  }

  /** The last thing in a shutdown: the ends of the replies are stored by then. */
  async onApplicationShutdown(): Promise<void> {
    if (this.connection?.isReady) await this.connection.close();
    else if (this.connection?.isOpen) this.connection.destroy();
  }

  private warnOnce({ message, code }: NodeJS.ErrnoException): void {
    if (!this.isDown) this.logger.error(`Redis is away: ${message || code}`);
    this.isDown = true;
  }

  private greet(): void {
    this.logger.log('Connected');
    this.isDown = false;
  }
}
