import fc, { type Arbitrary } from 'fast-check';
import { concat, concatMap, from, map, mergeMap, NEVER, Observable, Subject, switchMap, take, tap } from 'rxjs';
import { expect, it } from 'vitest';
import { ChunkBuilder } from '../../../src/chunk/chunkBuilder.js';
import { finishReasonOf, partsOf } from '../../../src/chunk/readers.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import type { GeminiPart } from '../../../src/chunk/response.js';
import { LiveChunks } from '../../../src/live/liveChunks.js';
import type { LiveMessage } from '../../../src/live/liveMessage.js';
import { toTurns } from '../../../src/sources/live/toTurns.js';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), minLength: 1, maxLength: 3 });
const part: Arbitrary<GeminiPart> = fc.oneof(
  letters.map((text) => ({ text })),
  letters.map((text) => ({ text: text.toUpperCase(), thought: true })),
  letters.map((data) => ({ inlineData: { data, mimeType: 'audio/pcm' } })),
  fc.constant({ text: '' }),
);

/** Present in one of `rarity` cases. */
function rarely<T>(rarity: number, arbitrary: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.oneof({ weight: rarity - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const always = fc.constant(true);
const message: Arbitrary<LiveMessage> = fc.record({
  serverContent: fc.record({
    modelTurn: rarely(3, fc.record({ parts: fc.array(part, { maxLength: 3 }) })),
    outputTranscription: rarely(4, fc.record({ text: letters })),
    inputTranscription: rarely(4, fc.record({ text: letters })),
    interrupted: rarely(6, always),
    generationComplete: rarely(8, always),
    turnComplete: rarely(5, always),
    turnCompleteReason: rarely(8, fc.constantFrom('MALFORMED_FUNCTION_CALL', 'BLOCKLIST', 'NEED_MORE_INPUT')),
  }),
  toolCall: rarely(8, fc.record({ functionCalls: fc.constant([{ id: '1', name: 'f', args: {} }]) })),
  usageMetadata: rarely(6, fc.record({ responseTokenCount: fc.nat(9) })),
  resumed: rarely(12, fc.constant({ attempt: 1, dropped: 0, kind: 'network' as const })),
});
const session = fc.array(message, { maxLength: 25 });

/** Content as one text, however its parts were joined. */
function spelled(parts: readonly GeminiPart[]): string {
  return parts.map((one) => one.text ?? JSON.stringify(one)).join('');
}

/** All that the model of a session has said. */
function saidIn(messages: readonly LiveMessage[]): string {
  const chunks = new LiveChunks();
  return messages.map((one) => spelled(partsOf(chunks.read(one)))).join('');
}

interface SeenTurn {
  readonly merged: ChunkBuilder;
  /** Whether another turn was open when this one was emitted. */
  readonly isEarly: boolean;
  ends: number;
}

/** Runs a session with a strategy that subscribes each turn, and returns the turns in the order of their emission. */
function seenWith(
  messages$: Observable<LiveMessage>,
  play: (turns$: Observable<Observable<GeminiChunk>>) => Observable<GeminiChunk>,
): SeenTurn[] {
  const turns: SeenTurn[] = [];
  const watched$ = messages$.pipe(
    toTurns(),
    map((turn$) => {
      const turn = { merged: new ChunkBuilder(), isEarly: turns.some(({ ends }) => ends === 0), ends: 0 };
      turns.push(turn);
      return turn$.pipe(tap({ next: (one) => void turn.merged.append(one), complete: () => (turn.ends += 1) }));
    }),
  );
  play(watched$).subscribe();
  return turns;
}

const textOf = (turns: readonly SeenTurn[]) => turns.map(({ merged }) => spelled(partsOf(merged.snapshot()))).join('');

/** The first turn is subscribed last, so that all others have waited. */
function late(turns$: Observable<Observable<GeminiChunk>>): Observable<GeminiChunk> {
  return new Observable((subscriber) => {
    const gate$ = new Subject<never>();
    subscriber.add(
      turns$.pipe(concatMap((turn$, index) => (index === 0 ? concat(gate$, turn$) : turn$))).subscribe(subscriber),
    );
    gate$.complete();
  });
}

it.each([
  ['at once', mergeMap((turn$: Observable<GeminiChunk>) => turn$)],
  ['one after the other', late],
  ['until the next', switchMap((turn$: Observable<GeminiChunk>) => turn$)],
])('has all that the model said, once and in order, in turns that are read %s', (_, play) => {
  fc.assert(
    fc.property(session, (messages) => {
      const turns = seenWith(from(messages), play);
      expect(textOf(turns)).toBe(saidIn(messages));
      expect(turns.map(({ ends }) => ends)).toEqual(turns.map(() => 1));
      const heard = turns.map(({ merged }) => merged.snapshot().heard?.text ?? '').join('');
      const words = messages.map(({ serverContent }) => serverContent?.inputTranscription?.text ?? '').join('');
      expect(words.startsWith(heard)).toBe(true);
    }),
  );
});

it('ends each turn before the next is emitted, with a finish, as interrupted, or broken off', () => {
  fc.assert(
    fc.property(session, (messages) => {
      const turns = seenWith(
        concat(from(messages), NEVER),
        mergeMap((turn$) => turn$),
      );
      expect(turns.map(({ isEarly }) => isEarly)).toEqual(turns.map(() => false));
      const ended = turns.filter(({ ends }) => ends === 1).map(({ merged }) => merged.snapshot());
      expect(ended.length).toBeGreaterThanOrEqual(turns.length - 1);
      const outcomes = ended.map((one) => finishReasonOf(one) ?? one.stopped ?? one.resumed);
      expect(outcomes).not.toContain(undefined);
    }),
  );
});

it('has a beginning of what the model said, once the reader has left, and closes the session', () => {
  fc.assert(
    fc.property(session, fc.integer({ min: 1, max: 10 }), (messages, count) => {
      let isOpen = true;
      const messages$ = concat(from(messages), NEVER).pipe(tap({ unsubscribe: () => (isOpen = false) }));
      let seen = 0;
      const turns = seenWith(messages$, (turns$) =>
        turns$.pipe(
          mergeMap((turn$) => turn$),
          tap(() => (seen += 1)),
          take(count),
        ),
      );
      expect(saidIn(messages).startsWith(textOf(turns))).toBe(true);
      expect(isOpen).toBe(seen < count);
    }),
  );
});
