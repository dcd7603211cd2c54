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
import { tools } from './tools.js';

const model = process.env['GEMINI_MODEL'] ?? 'gemini-2.5-flash';

/** The model's thoughts are shown, so that a reader does not wait before an empty page. */
const config = { thinkingConfig: { includeThoughts: true } };

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
    // Runs the tools that the model calls, and asks again with their results: each request goes through the pipe.
    return answerContents(this.ai, { model, contents, config, tools, pipe }).pipe(
      // Those who asked are told the kind only.
      tap({ error: ({ kind, message }: GeminiError) => this.logger.warn(`${kind}: ${message}`) }),
    );
  }
}
