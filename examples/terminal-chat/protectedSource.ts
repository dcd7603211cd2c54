import type { GoogleGenAI } from '@google/genai';
import {
  continueFrom,
  createRateLimiter,
  fromGemini,
  protectReply,
  resumeOnDrop,
  type ChatSource,
  type RetryTransientOptions,
} from 'rxjs-gemini';

/** The limit of gemini-2.5-flash without a paid plan: see https://ai.google.dev/gemini-api/docs/rate-limits. */
const requestsPerMinute = 10;

/** The replies of a model: made again while the service is busy, within its rate limit, and continued where they broke. */
export function protectedSource(ai: GoogleGenAI, model: string, onRetry: RetryTransientOptions['onRetry']): ChatSource {
  const limiter = createRateLimiter({ requestsPerMinute });
  return ({ contents, config }) => {
    const params = { model, contents, config };
    const request = (next: typeof params) =>
      fromGemini(ai, next).pipe(
        protectReply({ timeout: { first: 60_000 }, limit: limiter.limit(), retry: { onRetry } }),
      );
    const continueWith = (partial: Parameters<typeof continueFrom>[1]) => request(continueFrom(params, partial));
    return request(params).pipe(resumeOnDrop({ continueWith }));
  };
}
