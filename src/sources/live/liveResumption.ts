import type { LiveInput } from '../../live/liveInput.js';
import type { LiveMessage } from '../../live/liveMessage.js';
import { lastingClock } from '../../rx/clock.js';
import { parseDuration } from '../../rx/parseDuration.js';

/** The longest wait for the handle of a turn that has just ended, in ms: a handle that came before does not know the turn. */
const handleWait = 100;

/** The time that is left for the next connection when the server's time is up, in ms. */
const margin = 2_000;

/** The time that a server leaves which does not say how much, in ms. */
const usualTimeLeft = 10_000;

/** Follows the state of a session, to know when and how another connection can continue it. */
export class LiveResumption {
  /** The newest handle by which the session can continue. */
  handle: string | undefined;
  readonly #now = lastingClock();
  /** The time from which the connection is to be replaced, in any state; undefined before the server's `goAway`. */
  #deadline: number | undefined;
  /** The state of the model's turn; `interrupted` until its `turnComplete`. */
  #turn: 'none' | 'open' | 'interrupted' = 'none';
  /** The number of contents and texts of this connection to which no answer has begun. */
  #questions = 0;
  /** Whether the user has spoken on this connection, or a tool has answered, and no answer has begun. */
  #hasSpoken = false;
  /** Whether the last word of the server about it was that the session can be resumed. */
  #isResumable = false;
  /** The time at which the last turn ended; undefined if a handle has come since. */
  #endedAt: number | undefined;

  /** @param handle - The handle of an earlier session, from the parameters. */
  constructor(handle: string | undefined) {
    this.handle = handle;
  }

  /** Reads a message of the connection that is heard. */
  read({ sessionResumptionUpdate, serverContent, toolCall, goAway }: LiveMessage): void {
    if (sessionResumptionUpdate) this.#readUpdate(sessionResumptionUpdate);
    if (serverContent?.modelTurn ?? toolCall) this.#openTurn();
    if (serverContent) this.#readContent(serverContent);
    if (goAway) {
      const timeLeft = parseDuration(goAway.timeLeft) ?? usualTimeLeft;
      this.#deadline = this.#now() + timeLeft - Math.min(margin, timeLeft / 2);
    }
  }

  /** Reads an input that was sent on the connection. Returns whether the wait for an answer begins or ends with it. */
  send(input: LiveInput): boolean {
    const wasAsked = this.#isAsked;
    if (asksInWords(input)) this.#questions += 1;
    // The turn of a call that blocks stays open until the model has spoken about its response.
    if (marksSpeech(input) || (input.toolResponse && this.#turn !== 'open')) this.#hasSpoken = true;
    return this.#isAsked !== wasAsked;
  }

  /** Whether the server has announced the end of the connection. */
  get isLeaving(): boolean {
    return this.#deadline !== undefined;
  }

  /** Begins the state of another connection. */
  restart(): void {
    this.#deadline = undefined;
    this.#turn = 'none';
    this.#forgetQuestions();
    this.#isResumable = false;
    this.#endedAt = undefined;
  }

  /** Keeps the connection until the server closes it: no other one could be opened. */
  keepConnection(): void {
    this.#deadline = undefined;
  }

  /**
   * The wait until the session is to continue on another connection, in ms: 0 at once; undefined if the connection can be
   * kept, or is the only one.
   */
  get handoverDelay(): number | undefined {
    if (this.#deadline === undefined || this.handle === undefined) return undefined;
    const toDeadline = Math.max(0, this.#deadline - this.#now());
    if (this.#turn === 'open' || this.#isAsked || !this.#isResumable) return toDeadline;
    const toHandle = this.#endedAt === undefined ? 0 : Math.max(0, this.#endedAt + handleWait - this.#now());
    return Math.min(toDeadline, toHandle);
  }

  /** Whether the user waits for an answer. Several contents or texts in a row are no question, but a running text. */
  get #isAsked(): boolean {
    return this.#hasSpoken || this.#questions === 1;
  }

  #forgetQuestions(): void {
    this.#questions = 0;
    this.#hasSpoken = false;
  }

  #openTurn(): void {
    // A question that arrives in the middle of a turn is answered after it.
    if (this.#turn !== 'open') this.#forgetQuestions();
    this.#turn = 'open';
  }

  #readContent(content: NonNullable<LiveMessage['serverContent']>): void {
    const { outputTranscription, inputTranscription, turnComplete, interrupted } = content;
    // After an interruption, it is the rest of a text that is no longer spoken.
    if (outputTranscription && this.#turn !== 'interrupted') this.#openTurn();
    if (interrupted || (inputTranscription?.text && this.#turn !== 'open')) this.#hasSpoken = true;
    if (!turnComplete && !interrupted) return;
    // A turn without any content refuses the question.
    if (this.#turn === 'none' && !interrupted) this.#forgetQuestions();
    this.#turn = turnComplete ? 'none' : 'interrupted';
    this.#endedAt = this.#now();
  }

  #readUpdate({ resumable = false, newHandle }: NonNullable<LiveMessage['sessionResumptionUpdate']>): void {
    this.#isResumable = resumable;
    if (!resumable || !newHandle) return;
    this.handle = newHandle;
    this.#endedAt = undefined;
  }
}

function asksInWords({ realtimeInput, clientContent }: LiveInput): boolean {
  return realtimeInput?.text !== undefined || (clientContent !== undefined && clientContent.turnComplete !== false);
}

/** Whether an input begins or ends what the user says. Sound alone does not: a microphone sends silence as well. */
function marksSpeech({ realtimeInput = {} }: LiveInput): boolean {
  const { activityStart, activityEnd, audioStreamEnd } = realtimeInput;
  return [activityStart, activityEnd, audioStreamEnd].some((field) => field !== undefined);
}
