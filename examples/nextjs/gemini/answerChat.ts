import { answerContents, createRateLimiter, timeoutReply, type GeminiChunk, type GeminiContent } from 'rxjs-gemini';
import { defer, timer, map, type Observable } from 'rxjs';
import { gemini, model } from './client';

// The page shows the text as it arrives.
const config = { systemInstruction: 'Answer in plain text, without Markdown.' };

const limiter = createRateLimiter({ requestsPerMinute: 60, concurrency: 8, maxQueued: 100 });

/** Functions that the model may call; they run here. */
const tools = {
  weather: {
    declaration: {
      description: 'Returns the present weather in a city.',
      parametersJsonSchema: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
      },
    },
    // A real one would ask a weather service; unsubscribing would close that request too.
    run: ({ city }: Readonly<Record<string, unknown>>) =>
      timer(700).pipe(map(() => ({ city, celsius: 21, sky: 'clear' }))),
  },
};

/** Answers a conversation on subscription; unsubscribing closes the request and stops the tools. */
export function answerChat(contents: readonly GeminiContent[]): Observable<GeminiChunk> {
  return defer(() => answerContents(gemini(), { model, config, contents, tools })).pipe(
    timeoutReply({ first: 30_000, each: 20_000 }),
    limiter.limit(),
  );
}
