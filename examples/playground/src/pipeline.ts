import type { GoogleGenAI } from '@google/genai';
import { identity, tap, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import {
  accumulate,
  bufferChunks,
  classifyErrors,
  continueFrom,
  fromGemini,
  renderEvery,
  resumeOnDrop,
  retryTransient,
  smoothText,
  takeUntilCancel,
  timeoutReply,
  withMetrics,
  withProgress,
  type GeminiChunk,
  type ReplySnapshot,
  type RetryInfo,
} from 'rxjs-gemini';
import { textMark, watch, type Mark } from './marks.ts';
import type { Settings } from './settings.ts';

/** The side outputs of a run. */
export interface Probes {
  readonly onRaw: (mark: Mark) => void;
  readonly onRetry: (notice: RetryInfo) => void;
  /** Each chunk with its measures; a notice of one operator lacks those of the others. */
  readonly onChunk: (chunk: GeminiChunk) => void;
}

/** A request, and how many tokens its answer may take. */
export interface Request {
  readonly params: Parameters<GoogleGenAI['models']['generateContentStream']>[0];
  readonly expectedTokens: number;
}

/** The reply as the view gets it: from the model through the operators that are switched on. */
export function pipeline(
  ai: GoogleGenAI,
  { params, expectedTokens }: Request,
  settings: Settings,
  cancel$: Observable<unknown>,
  { onRaw, onRetry, onChunk }: Probes,
): Observable<ReplySnapshot> {
  const { first, each } = settings.timeoutReply;
  const { count } = settings.retryTransient;
  const { until } = settings.bufferChunks;
  const { by } = settings.smoothText;
  const { interval } = settings.renderEvery;

  let length = 0;
  const watchRaw = watch<GeminiChunk>(({ text }) => {
    const at = length;
    length += text.length;
    return textMark(at, text);
  }, onRaw);
  const ask = (next: Request['params']) => fromGemini(ai, next).pipe(watchRaw);

  const guarded$ = ask(params).pipe(
    when(settings.timeoutReply, () => timeoutReply({ first, each })),
    classifyErrors(),
    when(settings.retryTransient, () => retryTransient({ count, onRetry })),
    when(settings.resumeOnDrop, () =>
      resumeOnDrop({ continueWith: (partial) => ask(continueFrom(params, partial)).pipe(classifyErrors()) }),
    ),
    when(settings.takeUntilCancel, () => takeUntilCancel(cancel$)),
  );
  // Above the buffers, so that the model is measured and not a buffer.
  const measured$ = guarded$.pipe(withProgress({ expectedTokens }), withMetrics(), tap(onChunk));

  return measured$.pipe(
    when(settings.bufferChunks, () => bufferChunks({ until })),
    when(settings.smoothText, () => smoothText({ by })),
    accumulate(),
    when(settings.renderEvery, () => renderEvery({ interval })),
  );
}

function when<T>({ on }: { readonly on: boolean }, operator: () => MonoTypeOperatorFunction<T>) {
  return on ? operator() : identity<Observable<T>>;
}
