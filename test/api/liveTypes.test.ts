import { GoogleGenAI, Modality, type LiveServerMessage } from '@google/genai';
import { merge, NEVER, of, switchMap, type Observable } from 'rxjs';
import {
  answerCalls,
  declareTools,
  fromLive,
  toText,
  toTurns,
  type GeminiChunk,
  type LiveClient,
  type LiveInput,
  type LiveMessage,
} from 'rxjs-gemini';
import { fakeGemini } from 'rxjs-gemini/testing';
import { describe, expectTypeOf, it } from 'vitest';

const ai = new GoogleGenAI({ apiKey: 'none' });
const never$ = (_: () => unknown) => undefined;
const tools = { time: { declaration: { description: 'The time.' }, run: () => 'noon' } };

describe('the parameters of a session', () => {
  it("are those of the SDK's client, without the callbacks", () => {
    const session$ = fromLive(ai, { model: 'gemini-live', config: { responseModalities: [Modality.AUDIO] } }, NEVER);
    expectTypeOf(session$).toEqualTypeOf<Observable<LiveMessage>>();
    fromLive(
      ai,
      () => ({ model: 'gemini-live' }),
      () => NEVER,
      { resume: { count: 1 }, maxBuffered: 1_000 },
    );
    fromLive(ai, { model: 'gemini-live', config: { tools: declareTools(tools) } }, (messages$) =>
      merge(of({ realtimeInput: { audio: { data: '', mimeType: 'audio/pcm' } } }), messages$.pipe(answerCalls(tools))),
    );
    fromLive(fakeGemini(), { model: 'gemini-live' }, NEVER);
  });

  it('are no others', () => {
    // @ts-expect-error -- No model.
    never$(() => fromLive(ai, {}, NEVER));
    // @ts-expect-error -- No such field.
    never$(() => fromLive(ai, { model: 'm', voice: 'x' }, NEVER));
    // @ts-expect-error -- No input.
    never$(() => fromLive(ai, { model: 'm' }));
    // @ts-expect-error -- Not an input.
    never$(() => fromLive(ai, { model: 'm' }, of({ audio: '' })));
    // @ts-expect-error -- No such option.
    never$(() => fromLive(ai, { model: 'm' }, NEVER, { reconnect: 3 }));
    // @ts-expect-error -- A client without Live.
    never$(() => fromLive({ models: {} }, { model: 'm' }, NEVER));
  });

  it('are those of a stub', () => {
    const stub = {} as LiveClient<{ prompt: string; callbacks: object }>;
    never$(() => fromLive(stub, { prompt: 'Hi' }, NEVER));
    // @ts-expect-error -- Not a field of the stub.
    never$(() => fromLive(stub, { model: 'm' }, NEVER));
  });
});

describe('the messages and inputs of the SDK', () => {
  it('are those of the library', () => {
    expectTypeOf<LiveServerMessage>().toExtend<LiveMessage>();
    type Sent = Parameters<Awaited<ReturnType<typeof ai.live.connect>>['sendToolResponse']>[0];
    expectTypeOf<{ toolResponse: Sent }>().toExtend<LiveInput>();
  });
});

describe('a turn', () => {
  it('is a reply as any other', () => {
    const turns$ = fromLive(ai, { model: 'm' }, NEVER).pipe(toTurns());
    expectTypeOf(turns$).toEqualTypeOf<Observable<Observable<GeminiChunk>>>();
    expectTypeOf(turns$.pipe(switchMap((turn$) => turn$.pipe(toText())))).toEqualTypeOf<Observable<string>>();
  });
});
