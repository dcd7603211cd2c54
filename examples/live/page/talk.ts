import {
  BehaviorSubject,
  connect,
  defer,
  EMPTY,
  finalize,
  map,
  merge,
  of,
  ReplaySubject,
  switchMap,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { answerCalls, toTurns, type GeminiChunk, type LiveInput } from 'rxjs-gemini';
import type { Conversation } from './conversation.js';
import type { LevelMeter } from './levelMeter.js';
import { microphone } from './microphone.js';
import { audioOf, levelOf } from './pcm.js';
import { session } from './session.js';
import { showTurn } from './showTurn.js';
import { Speaker } from './speaker.js';
import type { StateLine } from './stateLine.js';
import { tools } from './tools.js';

/** The longest silence within a speech, in ms: nobody wants to read of each gap. */
const pause = 400;

/** The parts of the page that a talk moves. */
export interface TalkViews {
  readonly conversation: Conversation;
  readonly level: LevelMeter;
  readonly state: StateLine;
}

/** A session with the voice and the texts of the person, the sound of the model, and the words of both. */
export class Talk {
  readonly #views: TalkViews;
  readonly #isListening$: BehaviorSubject<boolean>;
  /** The texts; those that come before the session is set up wait for it. */
  readonly #texts$ = new ReplaySubject<string>();

  constructor(views: TalkViews, isListening: boolean) {
    this.#views = views;
    this.#isListening$ = new BehaviorSubject(isListening);
    views.state.isListening = isListening;
  }

  get isListening(): boolean {
    return this.#isListening$.value;
  }

  /** Opens or closes the microphone. */
  set isListening(value: boolean) {
    this.#isListening$.next(value);
    this.#views.state.isListening = value;
  }

  say(text: string): void {
    this.#views.conversation.addTyped(text);
    this.#texts$.next(text);
  }

  /** Opens the session on subscription. Unsubscribing closes all: the socket, the microphone and the sound. */
  run(): Observable<unknown> {
    const { state } = this.#views;
    return defer(() => {
      const speaker = new Speaker();
      const texts$ = this.#texts$.pipe(map((text): LiveInput => ({ realtimeInput: { text } })));
      return session((messages$) => merge(this.#voice(), texts$, messages$.pipe(answerCalls(tools)))).pipe(
        tap((message) => state.receive(message)),
        toTurns(),
        // The next turn comes at an interruption, and leaves the one that plays.
        switchMap((turn$) => this.#perform(turn$, speaker)),
        finalize(() => speaker.close()),
      );
    });
  }

  #perform(turn$: Observable<GeminiChunk>, speaker: Speaker): Observable<unknown> {
    const { state, conversation } = this.#views;
    return defer(() => {
      const view = conversation.addTurn();
      return turn$.pipe(
        connect((chunks$) => merge(showTurn(chunks$, view), speaker.play(chunks$))),
        tap({
          complete: () => view.end('complete'),
          error: () => view.end('stopped'),
          unsubscribe: () => view.end('stopped'),
        }),
        switchMap((isSpeaking) => (isSpeaking ? of(true) : timer(pause).pipe(map(() => false)))),
        tap((isSpeaking) => (state.isSpeaking = isSpeaking)),
        finalize(() => (state.isSpeaking = false)),
      );
    });
  }

  #voice(): Observable<LiveInput> {
    const { level } = this.#views;
    const sound$ = microphone().pipe(
      tap((piece) => level.show(levelOf(piece))),
      map((piece): LiveInput => ({ realtimeInput: { audio: audioOf(piece) } })),
      finalize(() => level.show(0)),
    );
    const end$ = of<LiveInput>({ realtimeInput: { audioStreamEnd: true } });
    return this.#isListening$.pipe(
      switchMap((isListening, index) => (isListening ? sound$ : index > 0 ? end$ : EMPTY)),
    );
  }
}
