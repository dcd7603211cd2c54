import { concat, defer, EMPTY, from, map, mergeMap, of, tap, type Observable } from 'rxjs';
import type { ToolRun } from '../chunk/annotations.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { noticeAfter } from '../chunk/noticeAfter.js';
import { toChunk } from '../chunk/toChunk.js';
import { UsageTally } from '../chunk/usageTally.js';
import { GeminiError } from '../errors/geminiError.js';
import { CostTally } from './costTally.js';
import type { ChatMessage } from './chatMessage.js';
import { groupCalls } from './groupCalls.js';
import type { ToolLoopWriter } from './toolLoopWriter.js';
import type { ToolRegistry } from './toolRegistry.js';

/** Options of {@link runToolLoop}. */
export interface ToolLoopOptions {
  /** Sends these messages to the model. */
  readonly request: (messages: readonly ChatMessage[]) => Observable<GeminiChunk>;
  readonly tools: ToolRegistry;
  readonly toolConcurrency: number;
  readonly dedupeCalls: boolean;
  readonly maxSteps: number;
}

/**
 * Requests a reply, runs the tools that it calls, and requests the next reply, until a reply has no calls, or has a call
 * without a tool.
 */
export function runToolLoop(writer: ToolLoopWriter, options: ToolLoopOptions): Observable<GeminiChunk> {
  const { request, tools, toolConcurrency, dedupeCalls, maxSteps } = options;
  const usage = new UsageTally();
  const cost = new CostTally();
  /** The latest chunk, whose standing annotations the chunks of the tools copy. */
  let latest: GeminiChunk | undefined;

  const stepsFrom = (step: number): Observable<GeminiChunk> => {
    const reply$ = defer(() => {
      usage.nextRequest();
      cost.nextRequest();
      return request(writer.startReply());
    }).pipe(
      tap((chunk) => writer.writeChunk(chunk)),
      map((chunk) => cost.add(usage.add(chunk))),
      tap((chunk) => (latest = chunk)),
    );
    const nextSteps$ = defer(() => {
      const { calls, finishReason } = writer.finishReply();
      const known = calls.filter((call) => tools.has(call));
      if (known.length === 0) return EMPTY;
      // The model needs the responses to all calls at once: the caller sends the others. The reply ends with content
      // again, so its finish is repeated: a reader would report a truncated reply.
      if (known.length < calls.length) return runTools(known, finishReason);
      if (step >= maxSteps) throw tooManySteps(maxSteps);
      return concat(runTools(known), stepsFrom(step + 1));
    });
    return concat(reply$, nextSteps$);
  };

  const runTools = (calls: readonly GeminiFunctionCall[], finishReason?: string): Observable<GeminiChunk> => {
    const notices$ = defer(() => {
      writer.startTools(calls);
      return from(groupCalls(calls, dedupeCalls));
    }).pipe(
      mergeMap(({ call, indexes }) => {
        const toRuns = mergeMap((run: ToolRun) => indexes.map((index) => ({ index, run })));
        return tools.run(call).pipe(toRuns);
      }, toolConcurrency),
      map(({ index, run }): GeminiChunk => {
        const tool = { ...run, call: calls[index] ?? run.call };
        writer.writeRun(index, tool);
        return { ...noticeAfter(latest), tool };
      }),
    );
    const responses$ = defer(() => {
      const parts = writer.finishTools();
      const finish = finishReason === undefined ? {} : { finishReason };
      const responses = toChunk({ candidates: [{ index: 0, content: { role: 'user', parts }, ...finish }] });
      return of({ ...noticeAfter(latest), ...responses });
    });
    return concat(notices$, responses$);
  };

  return stepsFrom(1);
}

function tooManySteps(maxSteps: number): GeminiError {
  const message = `The model still calls functions after ${maxSteps} requests, the limit \`maxSteps\``;
  return new GeminiError(message, { kind: 'overflow', limit: 'steps' });
}
