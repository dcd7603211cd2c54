import { Injectable, Logger, NotFoundException, type OnModuleDestroy } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import {
  createReplies,
  withMetrics,
  type GeminiChunk,
  type GeminiContent,
  type GeminiError,
  type Replies,
  type RunningReply,
} from 'rxjs-gemini';
import { createRedisReplies } from 'rxjs-gemini/redis';
import { GeminiService } from '../gemini/gemini.service.js';
import { RedisService } from '../redis/redis.service.js';
import { MetricsService } from '../status/metrics.service.js';

/** A reader of a reply. */
export interface Reader {
  readonly id: string;
  readonly owner: string;
  /** The id of the last event that the reader has, if it comes back for the rest. */
  readonly after?: string | undefined;
}

/**
 * The running replies: several tabs can watch one, and a reader that disconnects stops nothing. With Redis they are those
 * of all servers: any server follows, stops and lists a reply that another one runs.
 */
@Injectable()
export class RepliesService implements OnModuleDestroy {
  private readonly logger = new Logger(RepliesService.name);
  private readonly replies: Replies;
  private running = 0;

  constructor(
    private readonly gemini: GeminiService,
    private readonly metrics: MetricsService,
    { client }: RedisService,
  ) {
    const onStoreError = ({ kind, message }: GeminiError) => this.logger.warn(`${kind}: ${message}`);
    this.replies = client ? createRedisReplies(client, { onStoreError }) : createReplies();
  }

  /** Asks the model, unless the reader comes back for the rest of its reply. */
  async create(contents: GeminiContent[], reader: Reader): Promise<Observable<GeminiChunk>> {
    if (!reader.after)
      await this.replies.start(reader.id, this.answer(contents, reader.owner), { owner: reader.owner });
    return this.follow(reader);
  }

  follow({ id, owner, after }: Reader): Observable<GeminiChunk> {
    return this.replies.follow(id, { owner, after });
  }

  /** Stops a reply for all its readers; returns whether it was running. */
  stop({ id, owner }: Reader): Promise<boolean> {
    return this.replies.stop(id, { owner, reason: 'cancelled by a reader' });
  }

  /** Stops a reply whose only reader has disconnected: nobody is left who could be told of a failure. */
  leave(reader: Reader): void {
    this.stop(reader).catch(({ message }: Error) => this.logger.warn(`${reader.id} is not stopped: ${message}`));
  }

  async cancel(reader: Reader): Promise<void> {
    if (!(await this.stop(reader))) throw new NotFoundException(`No reply ${reader.id} is running`);
  }

  list(owner: string): Promise<readonly RunningReply[]> {
    return this.replies.list({ owner });
  }

  /** The number of replies that this server runs. */
  get runningCount(): number {
    return this.running;
  }

  /** The first thing in a shutdown: Nest's server waits for the open responses before it closes. */
  onModuleDestroy(): Promise<void> {
    return this.replies.close();
  }

  private answer(contents: GeminiContent[], owner: string): Observable<GeminiChunk> {
    return this.gemini
      .ask(contents, owner)
      .pipe(
        withMetrics({ onReport: (report) => this.metrics.add(report) }),
        tap({ subscribe: () => (this.running += 1), finalize: () => (this.running -= 1) }),
      );
  }
}
