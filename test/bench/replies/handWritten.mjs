// The floor of a pipeline: the work of the seven operators as an application writes it by hand, in seven layers of rxjs,
// for the one shape of chunks that it knows.
import {
  bufferCount,
  catchError,
  defer,
  from,
  fromEvent,
  lastValueFrom,
  map,
  Observable,
  pipe,
  scan,
  takeUntil,
  throwError,
} from 'rxjs';

export async function read(chunks, maxChunks) {
  const reply$ = from(chunks).pipe(
    failWhenSilent(10_000),
    catchError((cause) => throwError(() => new Error('The reply failed', { cause }))),
    takeUntil(fromEvent(new AbortController().signal, 'abort')),
    withProgress(1000),
    withMetrics(),
    inPiecesOf(maxChunks),
    scan(merged),
  );
  return textOf(await lastValueFrom(reply$));
}

function failWhenSilent(limit) {
  return (source) =>
    new Observable((destination) => {
      const timer = setTimeout(() => destination.error(new Error('The model is silent')), limit);
      destination.add(() => clearTimeout(timer));
      return source.subscribe({
        next(chunk) {
          timer.refresh();
          destination.next(chunk);
        },
        error: (cause) => destination.error(cause),
        complete: () => destination.complete(),
      });
    });
}

function withProgress(expected) {
  return map((chunk) => {
    const tokens = chunk.usageMetadata?.candidatesTokenCount ?? 0;
    const percent = Math.min(100, Math.floor((100 * tokens) / expected));
    // Faster than a spread before Node 24.
    return Object.assign({}, chunk, { progress: { percent, tokens } });
  });
}

function withMetrics() {
  return (source) =>
    defer(() => {
      const begin = performance.now();
      let chunks = 0;
      let chars = 0;
      let last = begin;
      let longestStall = 0;
      return source.pipe(
        map((chunk) => {
          const now = performance.now();
          chunks += 1;
          chars += textOf(chunk).length;
          longestStall = Math.max(longestStall, now - last);
          last = now;
          return Object.assign({}, chunk, { metrics: { chunks, chars, elapsed: now - begin, longestStall } });
        }),
      );
    });
}

function inPiecesOf(maxChunks) {
  return pipe(
    bufferCount(maxChunks),
    map((chunks) => chunks.reduce(merged)),
  );
}

function merged(reply, chunk) {
  const parts = [{ text: textOf(reply) + textOf(chunk) }];
  const candidate = { ...chunk.candidates[0], content: { role: 'model', parts } };
  return Object.assign({}, reply, chunk, { candidates: [candidate] });
}

function textOf({ candidates }) {
  return candidates[0].content.parts[0].text;
}
