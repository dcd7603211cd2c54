import {
  catchError,
  concat,
  concatMap,
  config,
  EMPTY,
  endWith,
  exhaustMap,
  map,
  mergeAll,
  mergeMap,
  NEVER,
  Observable,
  of,
  Subject,
  switchMap,
  take,
  tap,
  throwError,
  toArray,
} from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { withMetrics } from '../../../operators/measure/withMetrics.js';
import { shareReply } from '../../../operators/share/shareReply.js';
import { finalResponse } from '../../../operators/show/finalResponse.js';
import { toText } from '../../../operators/show/toText.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { isNotice } from '../../../src/chunk/isNotice.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { omittedFields } from '../../../src/sinks/omittedFields.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import type { LiveMessage, LiveServerContent } from '../../../src/live/liveMessage.js';
import { toTurns } from '../../../src/sources/live/toTurns.js';
import { callChunk, chunk, finishChunk, partsChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

const content = (serverContent: LiveServerContent): LiveMessage => ({ serverContent });
const says = (text: string, more: LiveServerContent = {}) => content({ modelTurn: { parts: [{ text }] }, ...more });
const ends = content({ turnComplete: true });
const interrupts = content({ interrupted: true });
const hears = (text: string) => content({ inputTranscription: { text } });
const interrupted = { text: '', stopped: { reason: 'interrupted' } };
const usage = { promptTokenCount: 1, responseTokenCount: 2 };
const replyUsage = { promptTokenCount: 1, candidatesTokenCount: 2 };

/** The notifications of the result and of each turn, in order; each turn is subscribed at once. */
function logOf(messages$: Observable<LiveMessage>, react: (one: GeminiChunk) => void = () => undefined): string[] {
  const log: string[] = [];
  messages$.pipe(toTurns()).subscribe({
    next: (turn$) => {
      const name = `turn ${String(log.filter((line) => line.endsWith('begins')).length + 1)}`;
      log.push(`${name} begins`);
      turn$.subscribe({
        next: (one) => {
          log.push(`${name}: ${show(one)}`);
          react(one);
        },
        error: (cause: unknown) => log.push(`${name} fails: ${messageOf(cause)}`),
        complete: () => log.push(`${name} ends`),
      });
    },
    error: (cause: unknown) => log.push(`fails: ${messageOf(cause)}`),
    complete: () => log.push('ends'),
  });
  return log;
}

const messageOf = (cause: unknown) => (cause as Error).message;
const kindOf = (cause: unknown) => (cause as GeminiError).kind;

function show({ text, candidates, ...fields }: GeminiChunk): string {
  const { finishReason } = candidates?.[0] ?? {};
  const { heard, stopped, resumed, usageMetadata } = fields;
  const marks = [
    text,
    finishReason,
    heard && `(heard ${heard.text})`,
    stopped && `(stopped ${stopped.reason})`,
    resumed && `(resumed ${String(resumed.attempt)} ${resumed.kind})`,
    usageMetadata && JSON.stringify(usageMetadata),
  ];
  return marks.filter(Boolean).join(' ');
}

/** The chunks of each turn. */
const turnsOf = (...messages: LiveMessage[]): GeminiChunk[][] => {
  const turns: GeminiChunk[][] = [];
  of(...messages)
    .pipe(
      toTurns(),
      mergeMap((turn$) => turn$.pipe(toArray())),
    )
    .subscribe((chunks) => turns.push(chunks));
  return turns;
};

describe('toTurns', () => {
  it('cuts the messages into turns, and emits each when the model begins to speak', () => {
    expect(logOf(of({ setupComplete: {} }, says('Hel'), says('lo'), ends, says('Bye'), ends))).toEqual([
      'turn 1 begins',
      'turn 1: Hel',
      'turn 1: lo',
      'turn 1: STOP',
      'turn 1 ends',
      'turn 2 begins',
      'turn 2: Bye',
      'turn 2: STOP',
      'turn 2 ends',
      'ends',
    ]);
  });

  it('emits one chunk for a message that has content, token counts and the end', () => {
    const [turn] = turnsOf({ ...says('Hi', { turnComplete: true }), usageMetadata: usage });
    const candidates = [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }];
    expect(turn).toEqual([{ text: 'Hi', candidates, usageMetadata: replyUsage }]);
  });

  it('is empty without messages of the model', () => {
    expect(logOf(of({ setupComplete: {} }, { goAway: {} }, content({ waitingForInput: true })))).toEqual(['ends']);
    expect(logOf(EMPTY)).toEqual(['ends']);
    expect(logOf(NEVER)).toEqual([]);
  });

  it('continues a turn after a call of a function', () => {
    const call = { toolCall: { functionCalls: [{ id: '1', name: 'f', args: {} }] } };
    expect(turnsOf(call, says('Done'), ends)).toEqual([[callChunk('f', {}, '1'), chunk('Done'), finishChunk()]]);
  });

  it('has the content that arrives between the generation and the end', () => {
    const [turn] = turnsOf(says('a'), content({ generationComplete: true }), says('b'), { usageMetadata: usage }, ends);
    expect(turn).toEqual([chunk('a'), chunk('b'), usageChunk(replyUsage), finishChunk()]);
  });

  it('ends a turn with the reason that the service gives', () => {
    const reasons = ['MALFORMED_FUNCTION_CALL', 'GENERATED_CONTENT_SAFETY', 'NEED_MORE_INPUT'];
    const messages = reasons.map((turnCompleteReason) => says('a', { turnComplete: true, turnCompleteReason }));
    const finishes = turnsOf(...messages).map(([one]) => one?.candidates?.[0]?.finishReason);
    expect(finishes).toEqual(['MALFORMED_FUNCTION_CALL', 'SAFETY', 'STOP']);
  });

  it('has token counts and sources that came before the model spoke, and no empty texts', () => {
    const groundingMetadata = { webSearchQueries: ['sky'] };
    const empty = content({ modelTurn: { parts: [{ text: '' }, { text: '', thought: true }] } });
    const [turn] = turnsOf(empty, { usageMetadata: usage }, content({ groundingMetadata }), empty, says('a'));
    const early = { text: '', usageMetadata: replyUsage, candidates: [{ index: 0, groundingMetadata }] };
    expect(turn).toEqual([early, chunk('a')]);
    expect(turnsOf(empty, says('a'))).toEqual([[chunk('a')]]);
  });

  it('begins with a signature, which must not be lost', () => {
    const signed = { text: '', thoughtSignature: 'x' };
    const [turn] = turnsOf(content({ modelTurn: { parts: [signed] } }), says('a'));
    expect(turn).toEqual([partsChunk([signed]), chunk('a')]);
  });

  it('emits a turn for a question that was refused, but not for an end without an answer', () => {
    const refused = content({ turnComplete: true, turnCompleteReason: 'PROHIBITED_INPUT_CONTENT' });
    expect(turnsOf(ends, hears('Bad'), refused).map((turn) => turn.map(show))).toEqual([['(heard Bad)', 'SAFETY']]);
    expect(logOf(of(says('a'), interrupts, refused)).slice(-3)).toEqual(['turn 2: SAFETY', 'turn 2 ends', 'ends']);
  });

  describe('an interruption', () => {
    it('ends the turn, and then emits the next one, still silent', () => {
      expect(logOf(concat(of(says('a'), interrupts), NEVER))).toEqual([
        'turn 1 begins',
        'turn 1: a',
        'turn 1: (stopped interrupted)',
        'turn 1 ends',
        'turn 2 begins',
      ]);
    });

    it('marks the content of its own message', () => {
      const [first] = turnsOf(says('a'), says('b', { interrupted: true }));
      expect(first).toEqual([chunk('a'), { ...chunk('b'), ...interrupted, text: 'b' }]);
    });

    it('ends the next turn, too, if the model has spoken in it, or speaks in that message', () => {
      expect(logOf(concat(of(says('a'), interrupts, says('b', { interrupted: true })), NEVER)).slice(4)).toEqual([
        'turn 2 begins',
        'turn 2: b (stopped interrupted)',
        'turn 2 ends',
        'turn 3 begins',
      ]);
    });

    it('stops a player at once, which has seen the mark', () => {
      const messages$ = new Subject<LiveMessage>();
      const log: string[] = [];
      const play = (turn$: Observable<GeminiChunk>) =>
        concat(turn$.pipe(tap((one) => log.push(show(one)))), NEVER).pipe(
          tap({ unsubscribe: () => log.push('quiet') }),
        );
      const subscription = messages$.pipe(toTurns(), switchMap(play)).subscribe();
      messages$.next(says('a'));
      messages$.next(interrupts);
      expect(log).toEqual(['a', '(stopped interrupted)', 'quiet']);
      messages$.next(says('b'));
      expect(log.at(-1)).toBe('b');
      subscription.unsubscribe();
      expect(messages$.observed).toBe(false);
    });

    it('is followed by the end of the interrupted turn, which does not end the next, and whose counts are in the next', () => {
      expect(logOf(of(says('a'), interrupts, { ...ends, usageMetadata: usage }, says('b'), ends)).slice(4)).toEqual([
        'turn 2 begins',
        `turn 2: ${JSON.stringify(replyUsage)}`,
        'turn 2: b',
        'turn 2: STOP',
        'turn 2 ends',
        'ends',
      ]);
    });

    it('may come with the end in one message', () => {
      const both = content({ interrupted: true, turnComplete: true });
      expect(logOf(of(says('a'), both, ends)).slice(2)).toEqual([
        'turn 1: (stopped interrupted)',
        'turn 1 ends',
        'turn 2 begins',
        'turn 2: STOP',
        'turn 2 ends',
        'ends',
      ]);
    });

    it('emits the next turn after one that had ended by itself as well: its sound may still play', () => {
      expect(logOf(concat(of(says('a'), ends, interrupts), NEVER)).slice(-2)).toEqual(['turn 1 ends', 'turn 2 begins']);
    });

    it('emits nothing more while the next turn is silent', () => {
      expect(logOf(concat(of(says('a'), interrupts, ends, interrupts, ends, interrupts), NEVER)).at(-1)).toBe(
        'turn 2 begins',
      );
    });

    it('may have no end of its own: the end after words of the model is that of the next turn', () => {
      expect(logOf(of(says('a'), interrupts, says('b'), ends)).slice(-3)).toEqual([
        'turn 2: STOP',
        'turn 2 ends',
        'ends',
      ]);
    });

    it('may leave the rest of a transcript, which does not let its end end the next turn', () => {
      const transcript = (text: string) => content({ outputTranscription: { text } });
      const messages = [transcript('a'), interrupts, transcript('late'), ends, transcript('b')];
      expect(logOf(concat(of(...messages), NEVER)).slice(4)).toEqual(['turn 2 begins', 'turn 2: late', 'turn 2: b']);
    });

    it('counts as a finish', () => {
      const outcomes: unknown[] = [];
      of(says('a'), interrupts)
        .pipe(
          toTurns(),
          take(1),
          mergeMap((turn$) => turn$.pipe(classifyErrors(), finalResponse())),
        )
        .subscribe({ next: ({ stopped }) => outcomes.push(stopped), error: (cause: unknown) => outcomes.push(cause) });
      expect(outcomes).toEqual([{ reason: 'interrupted' }]);
    });
  });

  describe('the words of the user', () => {
    it('wait for the turn that answers them, and begin anew after it', () => {
      expect(logOf(of(hears('How '), hears('are you?'), says('Fine'), ends, hears('And now?'), says('Fine')))).toEqual([
        'turn 1 begins',
        'turn 1: (heard How are you?)',
        'turn 1: Fine',
        'turn 1: STOP',
        'turn 1 ends',
        'turn 2 begins',
        'turn 2: (heard And now?)',
        'turn 2: Fine',
        'turn 2 ends',
        'ends',
      ]);
    });

    it('are emitted at once while a turn is open: all words so far', () => {
      expect(logOf(concat(of(hears('How '), says('Fine'), hears('are you?')), NEVER)).slice(1)).toEqual([
        'turn 1: (heard How )',
        'turn 1: Fine',
        'turn 1: (heard How are you?)',
      ]);
    });

    it('are a mark in a notice, which sinks send if it is named', () => {
      const [first] = turnsOf(hears('Hi'), says('a'))[0] ?? [];
      const notice: GeminiChunk = { text: '', heard: { text: 'Hi' } };
      expect(first).toEqual(notice);
      expect(isNotice(notice)).toBe(true);
      expect(mergeChunks(notice, mergeChunks(chunk('a'), { text: '', heard: { text: 'Hi!' } })).heard).toEqual({
        text: 'Hi!',
      });
      expect([omittedFields(false), omittedFields(['heard'])].map((omitted) => omitted.has('heard'))).toEqual([
        true,
        false,
      ]);
    });

    it('that interrupt belong to the next turn', () => {
      const both = content({ interrupted: true, inputTranscription: { text: 'Stop' } });
      expect(logOf(concat(of(hears('Hi'), says('a'), both, hears('!')), NEVER)).slice(3)).toEqual([
        'turn 1: (stopped interrupted)',
        'turn 1 ends',
        'turn 2 begins',
        'turn 2: (heard Stop)',
        'turn 2: (heard Stop!)',
      ]);
    });

    it('are the newest 100,000 of a speech without an answer', () => {
      const [turn] = turnsOf(...Array.from({ length: 300 }, () => hears('👋'.repeat(1_000))), hears('end'), says('a'));
      const { text = '' } = turn?.[0]?.heard ?? {};
      expect(text.length).toBe(99_999);
      expect(text).toMatch(/^👋.*👋end$/u);
    });
  });

  describe('another connection', () => {
    const seam = (kind?: 'network'): LiveMessage => ({ setupComplete: {}, resumed: { attempt: 2, dropped: 0, kind } });

    it('ends a turn whose rest was lost', () => {
      expect(logOf(of(says('a'), seam('network'), says('b'), ends))).toEqual([
        'turn 1 begins',
        'turn 1: a',
        'turn 1: (resumed 2 network)',
        'turn 1 ends',
        'turn 2 begins',
        'turn 2: b',
        'turn 2: STOP',
        'turn 2 ends',
        'ends',
      ]);
    });

    it('leaves no mark if the connection had not failed', () => {
      expect(logOf(concat(of(says('a'), seam()), NEVER)).slice(1)).toEqual(['turn 1: a', 'turn 1 ends']);
    });

    it('lets `classifyErrors` report a broken turn', () => {
      const kinds: unknown[] = [];
      of(says('a'), seam('network'))
        .pipe(
          toTurns(),
          mergeMap((turn$) => turn$.pipe(classifyErrors())),
        )
        .subscribe({ error: (cause: unknown) => kinds.push(kindOf(cause)) });
      expect(kinds).toEqual(['truncated']);
    });

    it('brings no end of an interrupted turn: the first end is that of the silent turn', () => {
      const messages = [says('a'), interrupts, seam('network'), ends];
      expect(logOf(concat(of(...messages), NEVER)).slice(4)).toEqual(['turn 2 begins', 'turn 2: STOP', 'turn 2 ends']);
    });

    it('leaves a silent turn open, which then ends with its own end', () => {
      expect(logOf(concat(of(says('a'), interrupts, seam('network'), says('b'), ends), NEVER)).slice(4)).toEqual([
        'turn 2 begins',
        'turn 2: b',
        'turn 2: STOP',
        'turn 2 ends',
      ]);
    });
  });

  describe('the subscription to the session', () => {
    it(
      'lasts as long as the result or a turn',
      marbles((m) => {
        const source = m.hot('-a-b-e-c-e-|', { a: says('a'), b: says('b'), c: says('c'), e: ends });
        const subs = '        ^----!';
        const expected = '    -a-b-(e|)';
        const result = source.pipe(toTurns(), take(1), mergeAll());
        m.expectObservable(result).toBe(expected, { a: chunk('a'), b: chunk('b'), e: finishChunk() });
        m.expectSubscriptions(source.subscriptions).toBe(subs);
      }),
    );

    it(
      'ends with the last unsubscription',
      marbles((m) => {
        const source = m.hot('-a-b-e-c-e-|', { a: says('a'), b: says('b'), c: says('c'), e: ends });
        const unsub = '       ----!';
        m.expectObservable(source.pipe(toTurns(), mergeAll()), unsub).toBe('-a-b', { a: chunk('a'), b: chunk('b') });
        m.expectSubscriptions(source.subscriptions).toBe('^---!');
      }),
    );

    it(
      'is one for each subscriber, who share no state',
      marbles((m) => {
        const source = m.cold('-a-b-e|', { a: says('a'), b: says('b'), e: ends });
        const result = source.pipe(toTurns(), mergeAll());
        m.expectObservable(result).toBe('-a-b-e|', { a: chunk('a'), b: chunk('b'), e: finishChunk() });
        m.expectObservable(result, '--^').toBe('---a-b-e|', { a: chunk('a'), b: chunk('b'), e: finishChunk() });
        m.expectSubscriptions(source.subscriptions).toBe(['^-----!', '--^-----!']);
      }),
    );

    it('ends in the middle of a synchronous flood', () => {
      let emitted = 0;
      const endless$ = new Observable<LiveMessage>((subscriber) => {
        while (!subscriber.closed && emitted < 1_000) {
          emitted += 1;
          subscriber.next(says('a'));
        }
      });
      endless$.pipe(toTurns(), mergeAll(), take(3)).subscribe();
      expect(emitted).toBe(3);
    });

    it('survives a turn that was left: what comes for it is dropped', () => {
      const texts: string[] = [];
      of(says('a'), says('b'), ends, says('c'), ends)
        .pipe(
          toTurns(),
          mergeMap((turn$) => turn$.pipe(toText(), take(1))),
        )
        .subscribe((text) => texts.push(text));
      expect(texts).toEqual(['a', 'c']);
    });

    it('ends for a subscriber who leaves within the value', () => {
      const messages$ = new Subject<LiveMessage>();
      const seen: unknown[] = [];
      const subscription = messages$.pipe(toTurns(), mergeAll()).subscribe((one) => {
        seen.push(one.text);
        if (one.stopped) subscription.unsubscribe();
      });
      messages$.next(says('a'));
      messages$.next(says('b', { interrupted: true }));
      expect(seen).toEqual(['a', 'b']);
      expect(messages$.observed).toBe(false);
    });

    it('emits nothing more to a subscriber who has left', async () => {
      const stopped: string[] = [];
      config.onStoppedNotification = ({ kind }) => stopped.push(kind);
      const messages$ = new Subject<LiveMessage>();
      messages$.pipe(toTurns(), take(1), mergeAll()).subscribe();
      messages$.next(says('a'));
      messages$.next(interrupts);
      await new Promise((resolve) => setTimeout(resolve));
      config.onStoppedNotification = null;
      expect(stopped).toEqual([]);
    });

    it('takes a message that a subscriber causes after the message that it is in', () => {
      const messages$ = new Subject<LiveMessage>();
      const log = logOf(messages$, (one) => {
        if (one.stopped) messages$.next(says('b'));
      });
      messages$.next(says('a'));
      messages$.next(interrupts);
      expect(log.slice(2)).toEqual(['turn 1: (stopped interrupted)', 'turn 1 ends', 'turn 2 begins', 'turn 2: b']);
    });

    it('fails the open turn and the result with the error of the session', () => {
      const failure = new GeminiError('Cut', { kind: 'network' });
      expect(
        logOf(
          concat(
            of(says('a'), ends, says('b')),
            throwError(() => failure),
          ),
        ),
      ).toEqual([
        'turn 1 begins',
        'turn 1: a',
        'turn 1: STOP',
        'turn 1 ends',
        'turn 2 begins',
        'turn 2: b',
        'turn 2 fails: Cut',
        'fails: Cut',
      ]);
    });

    it('fails for a message that is not an object of this protocol, and closes the session', () => {
      const messages$ = new Subject<LiveMessage>();
      const log = logOf(messages$);
      messages$.next(says('a'));
      messages$.next(null as unknown as LiveMessage);
      expect(log.at(-1)).toMatch(/^fails: /);
      expect(log.at(-2)).toMatch(/^turn 1 fails: /);
      expect(messages$.observed).toBe(false);
    });
  });

  describe('a turn that waits for its subscriber', () => {
    it('holds its chunks, merged', () => {
      const results: unknown[] = [];
      const first$ = new Subject<never>();
      const messages$ = concat(of(says('a'), ends, hears('Hm?'), says('b'), says('c'), ends, says('d')), NEVER);
      messages$
        .pipe(
          toTurns(),
          concatMap((turn$, index) => (index === 0 ? first$ : turn$.pipe(map(show), endWith('end')))),
        )
        .subscribe((one) => results.push(one));
      expect(results).toEqual([]);
      first$.complete();
      expect(results).toEqual(['bc STOP (heard Hm?)', 'end', 'd']);
    });

    it('fails alone if it grows too large, with the partial', () => {
      const turns: Observable<GeminiChunk>[] = [];
      const messages$ = concat(of(says('abc'), says('def'), says('ghi'), ends, says('j'), ends), NEVER);
      messages$.pipe(toTurns({ maxBuffered: 10 })).subscribe((turn$) => turns.push(turn$));
      const [first$ = EMPTY, second$ = EMPTY] = turns;
      const seen: unknown[] = [];
      first$.subscribe({ next: (one) => seen.push(one.text), error: (cause: unknown) => seen.push(cause) });
      const [text, error] = seen as [string, GeminiError];
      expect(text).toBe('abcdef');
      expect(error).toMatchObject({ kind: 'overflow', limit: 'memory', partial: { text: 'abcdef' } });
      second$.pipe(finalResponse()).subscribe((one) => expect(one.text).toBe('j'));
      expect.assertions(3);
    });

    it('does not hold what a subscriber has taken', () => {
      const messages$ = Array.from({ length: 10 }, () => says('abc'));
      const texts: string[] = [];
      of(...messages$)
        .pipe(toTurns({ maxBuffered: 10 }), mergeAll())
        .subscribe({ next: ({ text }) => texts.push(text), error: (cause: unknown) => texts.push(String(cause)) });
      expect(texts.join('')).toBe('abc'.repeat(10));
    });

    it('fails if the session was left first', () => {
      const turns: Observable<GeminiChunk>[] = [];
      const subscription = concat(of(says('a')), NEVER)
        .pipe(toTurns())
        .subscribe((turn$) => turns.push(turn$));
      subscription.unsubscribe();
      const seen: unknown[] = [];
      turns[0]?.subscribe({ next: (one) => seen.push(one.text), error: (cause: unknown) => seen.push(cause) });
      expect(seen).toEqual(['a', expect.objectContaining({ kind: 'cancelled', partial: chunk('a') })]);
    });

    it('can be subscribed after the session, if it had ended', () => {
      const turns: Observable<GeminiChunk>[] = [];
      of(says('a'), ends)
        .pipe(toTurns())
        .subscribe((turn$) => turns.push(turn$));
      const seen: unknown[] = [];
      turns[0]?.subscribe({ next: (one) => seen.push(show(one)), complete: () => seen.push('ends') });
      expect(seen).toEqual(['a STOP', 'ends']);
    });
  });

  it('has one subscriber for a turn, and several with `shareReply`', () => {
    const messages$ = new Subject<LiveMessage>();
    const errors: unknown[] = [];
    const texts: string[] = [];
    messages$.pipe(toTurns()).subscribe((turn$) => {
      turn$.subscribe();
      turn$.subscribe({ error: (cause: unknown) => errors.push(cause) });
    });
    messages$.pipe(toTurns(), map(shareReply())).subscribe((turn$) => {
      turn$.subscribe();
      turn$.subscribe(({ text }) => texts.push(text));
    });
    messages$.next(says('a'));
    expect(errors).toEqual([expect.any(TypeError)]);
    expect(String(errors[0])).toContain('shareReply()');
    expect(texts).toEqual(['a']);
  });

  it('works with operators that leave a turn', () => {
    const texts: string[] = [];
    of(says('a'), ends, says('b'), ends)
      .pipe(
        toTurns(),
        exhaustMap((turn$) =>
          turn$.pipe(
            withMetrics(),
            toText(),
            catchError(() => EMPTY),
          ),
        ),
      )
      .subscribe((text) => texts.push(text));
    expect(texts).toEqual(['a', 'b']);
  });

  it('checks its options at the call', () => {
    expect(() => toTurns({ maxBuffered: 0 })).toThrow(
      new RangeError('Expected `maxBuffered` to be a positive number, got 0'),
    );
    expect(() => toTurns(3 as never)).toThrow(TypeError);
  });

  it('has chunks in its turns', () => {
    expectTypeOf(of(ends).pipe(toTurns())).toEqualTypeOf<Observable<Observable<GeminiChunk>>>();
  });
});
