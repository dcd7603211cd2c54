import { GoogleGenAI } from '@google/genai';
import { Injectable, Logger } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import {
  answerContents,
  createRateLimiter,
  protectReply,
  type GeminiContent,
  type GeminiChunk,
  type GeminiError,
  type RateLimiter,
} from 'rxjs-gemini';
import { redisStore } from 'rxjs-gemini/redis';
import { RedisService } from '../redis/redis.service.js';

const model = process.env['GEMINI_MODEL'] ?? 'gemini-2.5-flash';

/** The one place that talks to Gemini. */
@Injectable()
export class GeminiService {
  private readonly logger = new Logger(GeminiService.name);

  /**
   * One for the whole application, with Redis for all servers: it is the project's quota that all replies share; no user
   * takes all places.
   */
  private readonly limiter: RateLimiter;

  constructor(
    private readonly ai: GoogleGenAI,
    { client }: RedisService,
  ) {
    this.limiter = createRateLimiter({
      requestsPerMinute: 60,
      concurrency: 16,
      perKey: { concurrency: 8, maxQueued: 20 },
      store: client && redisStore(client, { name: 'gemini' }),
    });
  }

  /** Asks on subscription; unsubscribing closes the request. */
  ask(contents: GeminiContent[], owner: string): Observable<GeminiChunk> {
    const pipe = protectReply({
      timeout: { first: 30_000, each: 20_000 },
      limit: this.limiter.limit({ key: owner }),
      retry: {
        onRetry: ({ delay, error }) => this.logger.warn(`${error.message}; again in ${Math.round(delay)} ms`),
      },
    });
    // With `tools`, it would run them and ask again: each request goes through the pipe.
    return answerContents(this.ai, { model, contents, pipe }).pipe(
      // Those who asked are told the kind only.
      tap({ error: ({ kind, message }: GeminiError) => this.logger.warn(`${kind}: ${message}`) }),
    );
  }
}
