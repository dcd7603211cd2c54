import type { LiveAction, LiveAnswer, LiveStep, LiveTurn } from './liveAnswer.js';
import type { LiveFunctionCall, LiveMessage } from '../liveMessage.js';

/** The side of a connection that a turn needs. */
export interface TurnStage {
  /** Whether the connection is open. */
  readonly isOpen: boolean;
  /** Sends a piece of what the model says. */
  say(piece: string): void;
  send(message: LiveMessage): void;
  act(action: LiveAction): void;
  /** Makes the id of a call that has none. */
  newCallId(): string;
  /** Whether the turn waits for the result of a function. */
  waitsFor(call: LiveFunctionCall): boolean;
  /** Calls back after a time, or at once for 0. */
  schedule(ms: number, work: () => void): void;
  /** Called once, when the last step is done. */
  end(turn: TurnPlayer): void;
}

const actionNames = ['wait', 'frame', 'bigFrame', 'close', 'drop', 'stall', 'vanish'];

/** Plays the steps of one turn. */
export class TurnPlayer {
  readonly turn: LiveTurn;
  /** The ids of the calls without a response. */
  readonly openCalls = new Set<string>();
  /** Whether a step has sent `turnComplete`. */
  isComplete = false;
  readonly #stage: TurnStage;
  readonly #steps: readonly LiveStep[];
  #at = 0;
  #hasContent = false;
  #isStopped = false;

  constructor(turn: LiveTurn, stage: TurnStage) {
    this.turn = turn;
    this.#steps = turn.steps ?? (turn.text === undefined ? [] : piecesOf(turn.text));
    this.#stage = stage;
  }

  /** Whether the messages that end a turn are to be sent. */
  get wantsEnd(): boolean {
    return this.turn.turnComplete ?? (this.#hasContent && !this.isComplete);
  }

  start(): void {
    this.#playAfter(this.turn.firstDelay ?? 0);
  }

  /** Ends the turn where it is. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Takes the response to a call, and goes on after the last one. */
  respond(id: string): void {
    if (this.openCalls.delete(id) && this.openCalls.size === 0) this.#playAfter(this.turn.pace ?? 0);
  }

  #playAfter(ms: number): void {
    this.#stage.schedule(ms, () => {
      this.#play();
    });
  }

  /** Plays the steps until the next wait. */
  #play(): void {
    const { pace = 0 } = this.turn;
    while (!this.#isStopped && this.#stage.isOpen) {
      const step = this.#steps[this.#at];
      if (step === undefined) {
        this.#isStopped = true;
        this.#stage.end(this);
        return;
      }
      this.#at += 1;
      const wait = this.#do(step) ?? (this.#at < this.#steps.length ? pace : 0);
      // The turn goes on with the response to the last call.
      if (this.openCalls.size > 0) return;
      if (wait > 0) {
        this.#playAfter(wait);
        return;
      }
    }
  }

  /** Does a step, and returns the wait after it if that is not the pace. */
  #do(step: LiveStep): number | undefined {
    if (typeof step === 'string') {
      this.#hasContent = true;
      this.#stage.say(step);
      return undefined;
    }
    if (isAction(step)) {
      this.#stage.act(step);
      return step.wait ?? 0;
    }
    this.#send(step);
    return undefined;
  }

  #send(message: LiveMessage): void {
    const { serverContent, toolCall } = message;
    if (serverContent?.modelTurn ?? serverContent?.outputTranscription ?? toolCall) this.#hasContent = true;
    if (serverContent?.turnComplete) this.isComplete = true;
    if (!toolCall?.functionCalls) {
      this.#stage.send(message);
      return;
    }
    const functionCalls = toolCall.functionCalls.map((call) => ({ ...call, id: call.id ?? this.#stage.newCallId() }));
    for (const call of functionCalls) if (this.#stage.waitsFor(call)) this.openCalls.add(call.id);
    this.#stage.send({ ...message, toolCall: { ...toolCall, functionCalls } });
  }
}

/** The turn of an answer. */
export function toTurn(answer: LiveAnswer): LiveTurn {
  if (typeof answer === 'string') return { text: answer };
  return isList(answer) ? { steps: answer } : answer;
}

/** `Array.isArray` does not narrow a `readonly` array. */
function isList(answer: readonly LiveStep[] | LiveTurn): answer is readonly LiveStep[] {
  return Array.isArray(answer);
}

function isAction(step: object): step is LiveAction {
  return actionNames.some((name) => name in step);
}

/** Cuts a text into pieces of up to three words. */
function piecesOf(text: string): string[] {
  return text.match(/(?:\S+\s*){1,3}|\s+/g) ?? [];
}
