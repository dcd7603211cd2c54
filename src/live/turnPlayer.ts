import type { LiveAction, LiveAnswer, LiveStep, LiveTurn } from './liveAnswer.js';
import type { LiveFunctionCall, LiveMessage } from './liveMessage.js';

/** The side of a connection that a turn needs. */
export interface TurnStage {
  /** The pace of the script. */
  readonly firstDelay: number;
  readonly pace: number;
  /** Sends a piece of what the model says. */
  say(piece: string): void;
  sendMessage(message: LiveMessage): void;
  act(action: LiveAction): void;
  /** Makes the id of a call that has none. */
  callId(): string;
  /** Whether the server waits for the result of a function. */
  waitsFor(call: LiveFunctionCall): boolean;
  schedule(ms: number, work: () => void): void;
  /** Called once, when the last step is done. */
  end(turn: TurnPlayer): void;
}

const actionNames = ['wait', 'frame', 'bigFrame', 'close', 'drop', 'stall', 'vanish'];

/** Plays the steps of one turn. */
export class TurnPlayer {
  readonly turn: LiveTurn;
  /** Whether a step was content of the model. */
  hasContent = false;
  /** Whether a step has ended the turn. */
  isComplete = false;
  /** The ids of the calls without a response. */
  readonly openCalls = new Set<string>();
  readonly #stage: TurnStage;
  readonly #steps: readonly LiveStep[];
  #at = 0;
  #stopped = false;

  constructor(answer: LiveAnswer, stage: TurnStage) {
    this.turn = toTurn(answer);
    this.#steps = this.turn.steps ?? (this.turn.text === undefined ? [] : piecesOf(this.turn.text));
    this.#stage = stage;
  }

  start(): void {
    this.#playAfter(this.turn.firstDelay ?? this.#stage.firstDelay);
  }

  /** Ends the turn where it is. */
  stop(): void {
    this.#stopped = true;
  }

  /** Takes the response to a call; returns whether the turn waited for it. */
  respond(id: string): boolean {
    if (!this.openCalls.delete(id)) return false;
    if (this.openCalls.size === 0) this.#playAfter(this.turn.pace ?? this.#stage.pace);
    return true;
  }

  #playAfter(ms: number): void {
    if (ms > 0)
      this.#stage.schedule(ms, () => {
        this.#play();
      });
    else this.#play();
  }

  /** Plays the steps until the next wait. */
  #play(): void {
    const pace = this.turn.pace ?? this.#stage.pace;
    while (!this.#stopped) {
      const step = this.#steps[this.#at];
      if (step === undefined) {
        this.#stopped = true;
        this.#stage.end(this);
        return;
      }
      this.#at += 1;
      const wait = this.#do(step);
      if (this.openCalls.size > 0) return;
      const delay = wait ?? (this.#at < this.#steps.length ? pace : 0);
      if (delay > 0) {
        this.#playAfter(delay);
        return;
      }
    }
  }

  /** Does a step, and returns the wait after it, if the pace is not. */
  #do(step: LiveStep): number | undefined {
    if (typeof step === 'string') {
      this.hasContent = true;
      this.#stage.say(step);
      return undefined;
    }
    if (isAction(step)) {
      if (step.wait === undefined) this.#stage.act(step);
      return step.wait ?? 0;
    }
    this.#send(step as LiveMessage);
    return undefined;
  }

  #send(message: LiveMessage): void {
    const { serverContent, toolCall } = message;
    if (serverContent?.modelTurn || serverContent?.outputTranscription || toolCall) this.hasContent = true;
    if (serverContent?.turnComplete) this.isComplete = true;
    if (!toolCall?.functionCalls) {
      this.#stage.sendMessage(message);
      return;
    }
    const functionCalls = toolCall.functionCalls.map((call) => ({ ...call, id: call.id ?? this.#stage.callId() }));
    for (const call of functionCalls) if (this.#stage.waitsFor(call)) this.openCalls.add(call.id);
    this.#stage.sendMessage({ ...message, toolCall: { ...toolCall, functionCalls } });
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

/** Cuts a text into pieces of about three words. */
function piecesOf(text: string): string[] {
  return text.match(/(?:\S+\s*){1,3}|\s+/g) ?? [];
}
