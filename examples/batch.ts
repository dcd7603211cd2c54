// npx tsx examples/batch.ts [folder]
// Each text of a folder becomes a line of JSON that fits a schema, four at once under one limit, in the order of the
// names, with its cost. A text that fails is a line with its error, and the batch continues.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catchError, filter, from, map, of } from 'rxjs';
import { createRateLimiter, fromGemini, mapInOrder, protectReply, toGeminiError, withCost } from 'rxjs-gemini';
import { parseJson } from 'rxjs-gemini/json';
import { z } from 'zod';
import { withClient } from './support/withClient.js';

const Summary = z.object({ title: z.string(), topics: z.array(z.string()), minutes: z.number() });

const folder = process.argv[2] ?? 'docs';
const files = readdirSync(folder).filter((name) => /\.(md|txt)$/.test(name));

await withClient(
  async (ai) => {
    const limiter = createRateLimiter({ requestsPerMinute: 300, tokensPerMinute: 1_000_000 });

    const summarize = (file: string) =>
      fromGemini(ai, () => ({
        model: 'gemini-2.5-flash',
        contents: `Title, topics and minutes to read of this text:\n\n${readFileSync(join(folder, file), 'utf8')}`,
        config: { responseMimeType: 'application/json', responseJsonSchema: z.toJSONSchema(Summary) },
      })).pipe(
        protectReply({ timeout: { first: 30_000, each: 15_000 }, limit: limiter.limit(), retry: {} }),
        withCost({ pricePerMillion: { input: 0.3, output: 2.5 } }),
        parseJson(Summary),
        filter((snapshot) => snapshot.complete),
        map(({ value, reply }) => ({ file, ...value, cost: reply.cost.total })),
        catchError((cause: unknown) => {
          const { message, partial } = toGeminiError(cause);
          return of({ file, error: message, cost: partial?.cost?.total ?? 0 });
        }),
      );

    let total = 0;
    await from(files)
      .pipe(mapInOrder(summarize, { concurrency: 4, maxQueued: Infinity }))
      .forEach((line) => {
        total += line.cost;
        console.log(JSON.stringify(line));
      });
    console.error(`${files.length} texts for $${total.toFixed(4)}`);
  },
  ({ prompt, index }) =>
    index === 2
      ? { status: 503, error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } }
      : { text: JSON.stringify({ title: /^# (.*)/m.exec(prompt)?.[1] ?? 'A note', topics: ['rxjs'], minutes: 7 }) },
);
