// npx tsx examples/batchUnderRateLimit.ts
// Twenty prompts and one limiter. Each row shows them all: a place in the queue, then · until it
// begins, ▶ while it streams, and ✓.
import { auditTime, combineLatest, lastValueFrom, tap } from 'rxjs';
import { createRateLimiter, fromGemini, protectReply, toReplyState, type ReplyState } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

const prompts = Array.from({ length: 20 }, (_, index) => `What is special about the number ${String(index)}?`);
const marks = { waiting: '·', streaming: '▶', complete: '✓', stopped: '✓', cancelled: '-', failed: '✗' };

const cellOf = ({ status, queued }: ReplyState) =>
  queued && queued.position > 0 ? String(queued.position) : marks[status];

await withClient(
  async (ai) => {
    const limiter = createRateLimiter({ requestsPerMinute: 60, concurrency: 4 });
    const replies = prompts.map((contents) =>
      fromGemini(ai, { model: 'gemini-2.5-flash', contents }).pipe(
        // A request that is made again waits for the limiter again.
        protectReply({ limit: limiter.limit(), retry: {} }),
        // Never fails, so that one bad prompt does not end the batch.
        toReplyState(),
      ),
    );

    const answers = await lastValueFrom(
      combineLatest(replies).pipe(
        auditTime(200),
        tap((states) => console.log(states.map((state) => cellOf(state).padStart(3)).join(''))),
      ),
    );
    console.log(`\n${prompts[7] ?? ''} ${answers[7]?.reply.text ?? ''}`);
  },
  ({ index, prompt }) => ({
    text: `An emulator knows nothing of ${prompt.replace(/.*the |\?/g, '')}, but it took its turn.`,
    firstDelay: 300,
    pace: 50 + (index % 4) * 50,
  }),
);
