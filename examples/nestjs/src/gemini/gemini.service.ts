import { GoogleGenAI } from '@google/genai';
import { Injectable, Logger } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import {
  answerContents,
  classifyErrors,
  createRateLimiter,
  retryTransient,
  timeoutReply,
  type GeminiContent,
  type GeminiChunk,
  type GeminiError,
} from 'rxjs-gemini';

const model = process.env['GEMINI_MODEL'] ?? 'gemini-2.5-flash';

/** The one place that talks to Gemini. */
@Injectable()
export class GeminiService {
  private readonly logger = new Logger(GeminiService.name);

  /** One for the whole application: it is the project's quota that all replies share. */
  private readonly limiter = createRateLimiter({ requestsPerMinute: 60, concurrency: 8, maxQueued: 100 });

  constructor(private readonly ai: GoogleGenAI) {}

  /** Asks on subscription; unsubscribing closes the request. */
  ask(contents: GeminiContent[]): Observable<GeminiChunk> {
    // With `tools`, it would run them and ask again: each request goes through the pipe.
    return answerContents(this.ai, { model, contents, pipe: (reply$) => this.protect(reply$) }).pipe(
      // Those who asked are told the kind only.
      tap({ error: ({ kind, message }: GeminiError) => this.logger.warn(`${kind}: ${message}`) }),
    );
  }

  private protect(reply$: Observable<GeminiChunk>): Observable<GeminiChunk> {
    return reply$.pipe(
      timeoutReply({ first: 30_000, each: 20_000 }),
      classifyErrors(),
      this.limiter.limit(),
      retryTransient({
        onRetry: ({ delay, error }) => this.logger.warn(`${error.message}; again in ${Math.round(delay)} ms`),
      }),
    );
  }
}
