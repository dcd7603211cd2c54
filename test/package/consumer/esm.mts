// A user's code against the published types. The SDK and Node's types are not installed here.
import { type Observable } from 'rxjs';
import * as main from 'rxjs-gemini';
import * as emulator from 'rxjs-gemini/emulator';
import * as operators from 'rxjs-gemini/operators';
import * as testing from 'rxjs-gemini/testing';

type IsAny<T> = 0 extends 1 & T ? true : false;
/** The exports of a module whose types, or return types, are `any`. */
type Degraded<M> = {
  [K in keyof M]: IsAny<M[K]> extends true
    ? K
    : M[K] extends (...args: never[]) => infer R
      ? IsAny<R> extends true
        ? K
        : never
      : never;
}[keyof M];
type None<T extends never> = T;
export type Checked = [
  None<Degraded<typeof main>>,
  None<Degraded<typeof operators>>,
  None<Degraded<typeof testing>>,
  None<Degraded<typeof emulator>>,
  None<Degraded<Required<main.GeminiChunk>>>,
];

/** A client of any version, as far as the library looks at it. */
declare const ai: {
  models: {
    generateContentStream(params: { model: string; contents: string }): Promise<AsyncIterable<unknown>>;
  };
};

const reply$ = main.fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Why is the sky blue?' });
export const chunks$: Observable<main.GeminiChunk> = reply$;
export const text$: Observable<string> = reply$.pipe(
  operators.classifyErrors(),
  operators.bufferChunks({ maxWait: 50 }),
  main.toText(),
);
export const percent$ = reply$.pipe(operators.withProgress());
percent$.subscribe((chunk) => {
  const percent: number = chunk.progress.percent;
  // @ts-expect-error a number is no string, so the type is not `any`
  const wrong: string = chunk.progress.percent;
  return [percent, wrong];
});
// @ts-expect-error the client asks for a model
main.fromGemini(ai, { contents: 'Hello' });
export const stream: ReadableStream<main.GeminiChunk> = main.toReadableStream(reply$);
export const texts: AsyncIterable<string> = main.toAsyncIterable(reply$, { text: true });
