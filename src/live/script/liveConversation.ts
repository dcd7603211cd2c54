import { assertLiveAnswer } from './assertLiveScripts.js';
import { defaultLiveReply } from './defaultLiveReply.js';
import { InputPrompts, isCompleteInput, isEndOfSpeech } from './inputPrompt.js';
import type { LiveAnswer } from './liveAnswer.js';
import type { LiveHandles } from './liveHandles.js';
import type { LiveInput } from '../liveInput.js';
import type { LiveMessage } from '../liveMessage.js';
import type { LiveOutlet } from './liveOutlet.js';
import type { LiveRecord } from './liveRecord.js';
import type { LiveInterruption, LiveReply, LiveScript } from './liveScript.js';
import type { LiveSetup } from './liveSetup.js';
import { LiveVoice } from './liveVoice.js';
import { toTurn, TurnPlayer } from './turnPlayer.js';

const defaultInterruptions: readonly LiveInterruption[] = ['activityStart', 'clientContent'];

/** The turns of a session that is set up: answers its inputs, one turn after another. */
export class LiveConversation {
  readonly #script: LiveScript;
  readonly #setup: LiveSetup;
  readonly #record: LiveRecord;
  readonly #outlet: LiveOutlet;
  readonly #handles: LiveHandles;
  readonly #voice: LiveVoice;
  readonly #prompts = new InputPrompts();
  /** The answers that wait for the end of the turn. */
  readonly #waiting: LiveAnswer[] = [];
  #turn: TurnPlayer | undefined;

  constructor(script: LiveScript, setup: LiveSetup, record: LiveRecord, outlet: LiveOutlet, handles: LiveHandles) {
    this.#script = script;
    this.#setup = setup;
    this.#record = record;
    this.#outlet = outlet;
    this.#handles = handles;
    this.#voice = new LiveVoice(setup);
  }

  /** Begins with the turn of the script. */
  start(): void {
    const { start } = this.#script;
    if (start !== undefined) this.#answer(start);
  }

  /** Answers an input. */
  respond(input: LiveInput): void {
    this.#voice.hear(input);
    const prompt = this.#prompts.next(input);
    if (this.#takesResponses(input)) return;
    if (this.#turn && this.#interrupts(input)) this.#interrupt(this.#turn);
    const { index, turns: turn } = this.#record;
    const context = { prompt, isComplete: isCompleteInput(input), setup: this.#setup, turn, index };
    const answer = replyOf(this.#script)(input, context);
    if (answer === undefined) return;
    assertLiveAnswer('reply', answer);
    const heard = isEndOfSpeech(input.realtimeInput ?? {}) ? prompt : undefined;
    this.#answer({ inputTranscription: heard, ...toTurn(answer) });
  }

  /** Hands responses to the turn that waits for them; returns whether it does. */
  #takesResponses({ toolResponse }: LiveInput): boolean {
    const turn = this.#turn;
    if (!toolResponse || !turn) return false;
    const responses = [toolResponse.functionResponses].flat().filter(({ id = '' }) => turn.openCalls.has(id));
    for (const { id = '', willContinue = false } of responses) if (!willContinue) turn.respond(id);
    return responses.length > 0;
  }

  #interrupts({ realtimeInput = {}, clientContent }: LiveInput): boolean {
    const { interruptedBy = defaultInterruptions } = this.#script;
    const { activityStart, audio, text } = realtimeInput;
    const given = { activityStart, clientContent, audio, text };
    return interruptedBy.some((name) => given[name] !== undefined);
  }

  #interrupt(turn: TurnPlayer): void {
    turn.stop();
    this.#waiting.length = 0;
    if (turn.openCalls.size > 0) this.#send({ toolCallCancellation: { ids: [...turn.openCalls] } });
    this.#send({ serverContent: { interrupted: true } });
    this.#completeTurn(turn);
  }

  #answer(answer: LiveAnswer): void {
    if (this.#turn) {
      this.#waiting.push(answer);
      return;
    }
    const { firstDelay = 0, pace = 0 } = this.#script;
    const outlet = this.#outlet;
    const turn = toTurn(answer);
    this.#turn = new TurnPlayer(
      { ...turn, firstDelay: turn.firstDelay ?? firstDelay, pace: turn.pace ?? pace },
      {
        get isOpen() {
          return outlet.isOpen;
        },
        say: (piece) => {
          for (const message of this.#voice.say(piece)) this.#send(message);
        },
        send: (message) => {
          this.#send(message);
        },
        act: (action) => {
          outlet.act(action);
        },
        newCallId: () => this.#handles.newCallId(),
        waitsFor: ({ name }) => !isNonBlocking(this.#setup, name),
        schedule: (ms, work) => {
          outlet.schedule(ms, work);
        },
        end: (ended) => {
          this.#end(ended);
        },
      },
    );
    for (const message of this.#voice.transcribe(turn.inputTranscription)) this.#send(message);
    this.#turn.start();
  }

  #end(turn: TurnPlayer): void {
    if (turn.wantsEnd) {
      this.#send({ serverContent: { generationComplete: true } });
      this.#completeTurn(turn);
    } else {
      if (turn.isComplete) this.#sendHandle();
      this.#next();
    }
  }

  #completeTurn({ turn }: TurnPlayer): void {
    const counts = this.#voice.endTurn();
    const { usage = counts } = turn;
    this.#send({ serverContent: { turnComplete: true }, ...(usage && { usageMetadata: usage }) });
    this.#sendHandle();
    this.#next();
  }

  /** Counts the turn that is complete, and sends a handle if the client has asked for handles. */
  #sendHandle(): void {
    this.#record.turns += 1;
    const { sessionResumption } = this.#setup;
    if (!sessionResumption || this.#script.resumable === false) return;
    const index = sessionResumption['transparent'] === true ? String(this.#record.inputs.length) : undefined;
    const update = { newHandle: this.#handles.next(), resumable: true, lastConsumedClientMessageIndex: index };
    this.#send({ sessionResumptionUpdate: update });
  }

  /** Goes on with the next answer. */
  #next(): void {
    this.#turn = undefined;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#answer(next);
  }

  #send(message: LiveMessage): void {
    const handle = message.sessionResumptionUpdate?.newHandle;
    if (handle) this.#handles.add(handle);
    this.#outlet.sendMessage(message);
  }
}

function replyOf({ reply = defaultLiveReply() }: LiveScript): LiveReply {
  return typeof reply === 'function' ? reply : (_, { isComplete }) => (isComplete ? reply : undefined);
}

/** Whether the model goes on while a function runs. */
function isNonBlocking({ tools = [] }: LiveSetup, name: string | undefined): boolean {
  return tools.some(({ functionDeclarations }) => {
    const list = Array.isArray(functionDeclarations) ? (functionDeclarations as readonly FunctionDeclaration[]) : [];
    return list.some((declared) => declared.name === name && declared.behavior === 'NON_BLOCKING');
  });
}

interface FunctionDeclaration {
  readonly name?: unknown;
  readonly behavior?: unknown;
}
