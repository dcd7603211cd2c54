import { randomUUID } from 'node:crypto';
import { ConflictException, Injectable, NotFoundException, type OnModuleDestroy } from '@nestjs/common';
import { Subject, tap, type Observable } from 'rxjs';
import {
  GeminiError,
  shareReply,
  takeUntilCancel,
  withMetrics,
  type GeminiChunk,
  type GeminiContent,
} from 'rxjs-gemini';
import { GeminiService } from '../gemini/gemini.service.js';
import { MetricsService } from '../status/metrics.service.js';

/** One reply of the model, which any number of readers may watch. */
export interface Reply {
  readonly id: string;
  /** The first subscription asks the model; each later one gets the part that it missed, then the rest live. */
  readonly chunks$: Observable<GeminiChunk>;
}

interface KeptReply extends Reply {
  /** A value cancels the reply, an error fails it. */
  readonly cancel$: Subject<string>;
}

/** The time that a reply continues without a reader, in ms: a page that is reloaded finds it again. */
const grace = 1_000;

/** The number of replies that are kept for late readers. */
const maxKept = 1_000;

/** Keeps the replies by their id, so that several tabs can watch one. */
@Injectable()
export class RepliesService implements OnModuleDestroy {
  private readonly kept = new Map<string, KeptReply>();
  private readonly running = new Set<KeptReply>();

  constructor(
    private readonly gemini: GeminiService,
    private readonly metrics: MetricsService,
  ) {}

  create(contents: GeminiContent[], id: string = randomUUID()): Reply {
    if (this.kept.has(id)) throw new ConflictException(`There is a reply ${id} already`);
    const cancel$ = new Subject<string>();
    const chunks$ = this.gemini.ask(contents).pipe(
      takeUntilCancel(cancel$),
      withMetrics({ onReport: (report) => this.metrics.add(report) }),
      tap({
        subscribe: () => this.running.add(reply),
        // All its readers have left: nobody can have the rest of it any more.
        unsubscribe: () => this.kept.delete(id),
        finalize: () => this.running.delete(reply),
      }),
      shareReply({ grace, keepFailure: true }),
    );
    const reply: KeptReply = { id, chunks$, cancel$ };
    this.kept.set(id, reply);
    this.forgetOldest();
    return reply;
  }

  find(id: string): Reply {
    return this.get(id);
  }

  /** Ends the reply for all its readers; one that is over already stays as it is. */
  cancel(id: string): void {
    this.get(id).cancel$.next('cancelled by a reader');
  }

  get runningCount(): number {
    return this.running.size;
  }

  /** The first thing in a shutdown: Nest's server waits for the open responses before it closes. */
  onModuleDestroy(): void {
    const error = new GeminiError('The server is shutting down', { kind: 'server', retryable: true });
    for (const { cancel$ } of this.running) cancel$.error(error);
  }

  private get(id: string): KeptReply {
    const reply = this.kept.get(id);
    if (!reply) throw new NotFoundException(`There is no reply ${id}`);
    return reply;
  }

  private forgetOldest(): void {
    if (this.kept.size <= maxKept) return;
    for (const [id, reply] of this.kept) {
      if (this.running.has(reply)) continue;
      this.kept.delete(id);
      return;
    }
  }
}
