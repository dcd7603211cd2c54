import { answerContents, createRateLimiter, protectReply, type GeminiChunk, type GeminiContent } from 'rxjs-gemini';
import { defer, timer, map, type Observable } from 'rxjs';
import { gemini, model } from './client';

/** Models before 2.5 refuse the wish for thoughts. */
const canThink = !/^(models\/)?gemini-(1|2\.0)/.test(model);

const config = {
  systemInstruction: 'Answer in Markdown: paragraphs, lists, tables, and code in fenced blocks with their language.',
  ...(canThink && { thinkingConfig: { includeThoughts: true } }),
};

/** One for the whole server: all replies share the project's quota. */
const limiter = createRateLimiter({ requestsPerMinute: 60, concurrency: 8, maxQueued: 100 });

/** Each request of the tool loop waits for the limits, and is made again if it fails before its first word. */
const pipe = protectReply({ timeout: { first: 30_000, each: 20_000 }, limit: limiter.limit(), retry: {} });

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
  return defer(() => answerContents(gemini(), { model, config, contents, tools, pipe }));
}
