// Every entry, by the types that it has where `exports` are not read.
import type { Observable } from 'rxjs';
import * as main from 'rxjs-gemini';
import * as emulator from 'rxjs-gemini/emulator';
import * as json from 'rxjs-gemini/json';
import * as operators from 'rxjs-gemini/operators';
import * as otel from 'rxjs-gemini/otel';
import * as testing from 'rxjs-gemini/testing';

type IsAny<T> = 0 extends 1 & T ? true : false;
/** The exports of a module whose types are `any`, as all are where the types of an entry are not found. */
type Degraded<M> = { [K in keyof M]: IsAny<M[K]> extends true ? K : never }[keyof M];
type None<T extends never> = T;
export type Checked = [
  None<Degraded<typeof main>>,
  None<Degraded<typeof emulator>>,
  None<Degraded<typeof json>>,
  None<Degraded<typeof operators>>,
  None<Degraded<typeof otel>>,
  None<Degraded<typeof testing>>,
];

const ai = testing.fakeGemini(['{"name":"Ada"}']);
const reply$ = main.fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Hi' });
export const text$: Observable<string> = reply$.pipe(
  otel.traceReply({ model: 'm' }),
  operators.classifyErrors(),
  main.toText(),
);
export const json$ = reply$.pipe(json.parseJson<{ name: string }>());
// @ts-expect-error a list is not a word, so the type is not `any`
export const wrong: string = emulator.startEmulator;
