import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { finalize, tap, type Observable } from 'rxjs';
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
import { AddressLimiterService } from '../limits/address-limiter.service.js';
import { MemoryService } from '../limits/memory.service.js';
import { RedisService } from '../redis/redis.service.js';
import { Refusal } from '../security/refusal.js';
import type { Visitor } from '../session/visitor.decorator.js';
import { MetricsService } from '../status/metrics.service.js';

/** The replies that are kept for late readers: those that ended first are forgotten first. */
const kept = { maxBytes: 4_000_000, maxTotalBytes: 64_000_000, maxReplies: 1_000 };

/** A reader of a reply. */
export interface Reader extends Visitor {
  readonly id: string;
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
    private readonly memory: MemoryService,
    private readonly addresses: AddressLimiterService,
    { client }: RedisService,
  ) {
    const onStoreError = ({ kind, message }: GeminiError) => this.logger.warn(`${kind}: ${message}`);
    this.replies = client ? createRedisReplies(client, { onStoreError }) : createReplies(kept);
  }

  /** Asks the model, unless the reader comes back for the rest of its reply. */
  async create(contents: GeminiContent[], reader: Reader): Promise<Observable<GeminiChunk>> {
    if (!reader.after) await this.start(contents, reader);
    return this.follow(reader);
  }

  follow({ id, owner, after }: Reader): Observable<GeminiChunk> {
    return this.replies.follow(keyOf(id, owner), { owner, after });
  }

  /** Stops a reply for all its readers; returns whether it was running. */
  stop({ id, owner }: Reader): Promise<boolean> {
    return this.replies.stop(keyOf(id, owner), { owner, reason: 'cancelled by a reader' });
  }

  /** Stops a reply whose only reader has disconnected: nobody is left who could be told of a failure. */
  leave(reader: Reader): void {
    this.stop(reader).catch(({ message }: Error) => this.logger.warn(`${reader.id} is not stopped: ${message}`));
  }

  async cancel(reader: Reader): Promise<void> {
    if (!(await this.stop(reader))) throw new Refusal('No such reply is running', { kind: 'not_found' });
  }

  async list({ owner }: Visitor): Promise<readonly RunningReply[]> {
    const running = await this.replies.list({ owner });
    return running.map((reply) => ({ ...reply, id: reply.id.slice(keyOf('', owner).length) }));
  }

  /** The number of replies that this server runs. */
  get runningCount(): number {
    return this.running;
  }

  /** The first thing in a shutdown: Nest's server waits for the open responses before it closes. */
  onModuleDestroy(): Promise<void> {
    return this.replies.close();
  }

  private async start(contents: GeminiContent[], { id, owner, address }: Reader): Promise<void> {
    const release = this.memory.take(JSON.stringify(contents).length);
    try {
      await this.addresses.admit(address);
      await this.replies.start(keyOf(id, owner), this.answer(contents, owner).pipe(finalize(release)), { owner });
    } catch (error) {
      release();
      throw error;
    }
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

/** The id among the replies of all owners: an id that another owner uses too is another reply, and tells nothing. */
function keyOf(id: string, owner: string): string {
  return `${owner}/${id}`;
}
