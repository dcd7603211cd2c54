import { concat, defer, EMPTY, from, map, mergeMap, of, tap, type Observable } from 'rxjs';
import type { ToolRun } from '../chunk/annotations.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toChunk } from '../chunk/toChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { UsageTally } from '../chunk/usageTally.js';
import { groupCalls } from './groupCalls.js';
import type { SendTransaction } from './sendTransaction.js';
import type { ToolRegistry } from './toolRegistry.js';
import type { ChatMessage } from './chatMessage.js';

/** The rules of a chat for its answers. */
export interface ToolLoopOptions {
  /** Sends these turns to the model. */
  readonly request: (turns: readonly ChatMessage[]) => Observable<GeminiChunk>;
  readonly tools: ToolRegistry;
  readonly toolConcurrency: number;
  readonly dedupeCalls: boolean;
  readonly maxSteps: number;
}

/** Asks the model, runs the tools that it calls, and asks again, until it calls none. */
export function runToolLoop(exchange: SendTransaction, rules: ToolLoopOptions): Observable<GeminiChunk> {
  const { request, tools, toolConcurrency, dedupeCalls, maxSteps } = rules;
  const usage = new UsageTally();

  const stepsFrom = (step: number): Observable<GeminiChunk> => {
    const model$ = defer(() => {
      usage.nextRequest();
      return request(exchange.startStep());
    }).pipe(
      tap((chunk) => exchange.record(chunk)),
      map((chunk) => usage.add(chunk)),
    );
    const rest$ = defer(() => {
      const calls = exchange.finishStep();
      if (calls.length === 0 || tools.isEmpty) return EMPTY;
      if (step >= maxSteps) throw tooManySteps(maxSteps);
      return concat(toolsFor(calls), stepsFrom(step + 1));
    });
    return concat(model$, rest$);
  };

  const toolsFor = (calls: readonly GeminiFunctionCall[]): Observable<GeminiChunk> => {
    const notices$ = defer(() => {
      exchange.startTools(calls);
      return from(groupCalls(calls, dedupeCalls));
    }).pipe(
      mergeMap(({ call, indexes }) => {
        const toRuns = mergeMap((run: ToolRun) => indexes.map((index) => ({ index, run })));
        return tools.run(call).pipe(toRuns);
      }, toolConcurrency),
      map(({ index, run }): GeminiChunk => {
        const tool = { ...run, call: calls[index] ?? run.call };
        exchange.recordRun(index, tool);
        return { text: '', tool };
      }),
    );
    const responses$ = defer(() => {
      const parts = exchange.finishTools();
      return of(toChunk({ candidates: [{ index: 0, content: { role: 'user', parts } }] }));
    });
    return concat(notices$, responses$);
  };

  return stepsFrom(1);
}

function tooManySteps(maxSteps: number): GeminiError {
  const message = `The model still calls functions after ${maxSteps} requests, the chat's \`maxSteps\``;
  return new GeminiError(message, { kind: 'overflow', limit: 'steps' });
}
