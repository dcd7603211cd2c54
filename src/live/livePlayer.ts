import { isObject } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';
import { steadyNow } from '../rx/clock.js';
import { defaultLiveReply } from './defaultLiveReply.js';
import { FaultWatch } from './faultWatch.js';
import { InputPrompts, isCompleteInput, isEndOfSpeech } from './inputPrompt.js';
import type { LiveAction, LiveAnswer } from './liveAnswer.js';
import type { LiveConnection } from './liveConnection.js';
import type { LiveHandles } from './liveHandles.js';
import type { LiveInput } from './liveInput.js';
import type { LiveMessage } from './liveMessage.js';
import type { LiveConnectionScript, LiveInterruption, LiveReply, LiveScript } from './liveScript.js';
import { isSpoken, type LiveSetup } from './liveSetup.js';
import { LiveTokens } from './liveTokens.js';
import { speak } from './speech.js';
import { TurnPlayer, type TurnStage } from './turnPlayer.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The transport of a connection: a socket, or a client in the same process. */
export interface LiveTransport {
  /** Sends a frame: a string as the script's `frames` says. */
  send(frame: string | Uint8Array, frames: 'binary' | 'text'): void;
  close(code: number, reason: string): void;
  /** Breaks the connection. */
  drop(): void;
  /** Neither reads nor writes any more. */
  vanish(): void;
  /** Reads at most this number of bytes in a second. */
  limitReceiving(bytesPerSecond: number): void;
  /** Calls back after a time, which is above 0, unless the returned function is called before. */
  schedule(ms: number, work: () => void): () => void;
}

/** A record that is written. */
export interface LiveRecord extends Mutable<LiveConnection> {
  readonly inputs: LiveInput[];
}

/** Makes the record of a connection, and the function that resolves its `closed`. */
export function openLiveRecord(index: number): { record: LiveRecord; settle: () => void } {
  let settle = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const record: LiveRecord = {
    index,
    setup: undefined,
    handle: undefined,
    inputs: [],
    messagesSent: 0,
    bytesSent: 0,
    bytesReceived: 0,
    turns: 0,
    openedAt: steadyNow(),
    closedAt: undefined,
    closedBy: undefined,
    closeCode: undefined,
    closeReason: undefined,
    refused: undefined,
    closed,
  };
  return { record, settle };
}

const encoder = /* @__PURE__ */ new TextEncoder();
const defaultInterruptions: readonly LiveInterruption[] = ['activityStart', 'clientContent'];

/** Plays the server's side of one connection. */
export class LivePlayer {
  readonly record: LiveRecord;
  readonly #transport: LiveTransport;
  readonly #source: LiveConnectionScript;
  readonly #handles: LiveHandles;
  readonly #timers = new Set<() => void>();
  readonly #session = { prompts: new InputPrompts(), tokens: new LiveTokens(), calls: 0 };
  #script: LiveScript = {};
  #faults = new FaultWatch({}, () => undefined);
  #reply: LiveReply = defaultLiveReply();
  #turn: TurnPlayer | undefined;
  #waiting: LiveAnswer[] = [];
  /** The frames that a stall holds back; `undefined` while there is no stall. */
  #held: (string | Uint8Array)[] | undefined;
  #ended = false;
  #isReady = false;

  constructor(record: LiveRecord, source: LiveConnectionScript, handles: LiveHandles, transport: LiveTransport) {
    this.record = record;
    this.#source = source;
    this.#handles = handles;
    this.#transport = transport;
  }

  /** Starts once the connection is open. */
  open(): void {
    if (typeof this.#source !== 'function') this.#useScript(this.#source);
  }

  /** Reads a frame of the client. */
  receive(frame: string): void {
    if (this.#ended) return;
    this.record.bytesReceived += encoder.encode(frame).length;
    const message = tryParseJson(frame);
    if (!isObject(message)) this.close(1007, 'Invalid JSON payload received.');
    else if (isObject(message['setup'])) this.#setUp(message['setup']);
    else if (!this.record.setup) this.close(1007, 'The first message must be `setup`.');
    else this.#readInput(message);
  }

  /** Closes the connection from this side. */
  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.end('server', code, reason);
    this.#transport.close(code, reason);
  }

  /** Ends the record and all timers, once the connection has ended or is ended. */
  end(by: LiveConnection['closedBy'], code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#turn?.stop();
    this.record.closedBy = by;
    this.record.closeCode = code;
    this.record.closeReason = reason;
  }

  #useScript(script: LiveScript): void {
    this.#script = script;
    const { reply = defaultLiveReply() } = script;
    this.#reply = typeof reply === 'function' ? reply : (_, { isComplete }) => (isComplete ? reply : undefined);
    this.#faults = new FaultWatch(script, (action) => {
      this.#act(action);
    });
    this.#faults.start((ms, work) => {
      this.#schedule(ms, work);
    });
    this.#faults.reach('messages', 0);
  }

  #setUp(setup: LiveSetup): void {
    if (this.record.setup) {
      this.close(1007, 'The session is set up already.');
      return;
    }
    const handle = setup.sessionResumption?.handle;
    this.record.setup = setup;
    this.record.handle = handle;
    if (handle !== undefined && !this.#handles.has(handle)) {
      this.close(1008, 'BidiGenerateContent session not found');
      return;
    }
    if (typeof this.#source === 'function') {
      const source = this.#source;
      this.#attempt(() => {
        this.#useScript(source({ index: this.record.index, setup, handle }));
      });
    }
    const { setup: answers = true, setupDelay = 0 } = this.#script;
    if (answers && !this.#ended)
      this.#schedule(setupDelay, () => {
        this.#begin();
      });
  }

  #begin(): void {
    this.#isReady = true;
    this.#sendMessage({ setupComplete: {} });
    const { goAway, receiveRate = Infinity, start } = this.#script;
    if (receiveRate !== Infinity) this.#transport.limitReceiving(receiveRate);
    if (goAway) {
      const {
        after = 0,
        timeLeft = 10_000,
        code = 1011,
        reason = 'Deadline expired before operation could complete.',
      } = goAway;
      this.#schedule(after, () => {
        this.#sendMessage({ goAway: { timeLeft: `${String(timeLeft / 1000)}s` } });
        this.#schedule(timeLeft, () => {
          this.close(code, reason);
        });
      });
    }
    if (start !== undefined) this.#answer(start);
    for (const input of this.record.inputs) this.#respond(input);
  }

  #readInput(input: LiveInput): void {
    this.record.inputs.push(input);
    this.#session.tokens.read(input);
    if (this.#isReady) this.#respond(input);
    this.#faults.reach('inputs', this.record.inputs.length);
  }

  #respond(input: LiveInput): void {
    if (this.#ended) return;
    const prompt = this.#session.prompts.next(input);
    if (this.#takeResponses(input)) return;
    if (this.#turn && this.#interrupts(input)) this.#interrupt();
    const { index, turns, setup = {} } = this.record;
    this.#attempt(() => {
      const answer = this.#reply(input, { prompt, isComplete: isCompleteInput(input), setup, turn: turns, index });
      if (answer === undefined) return;
      const heard = input.realtimeInput && isEndOfSpeech(input.realtimeInput) ? prompt : undefined;
      this.#answer(heard === undefined ? answer : withTranscription(answer, heard));
    });
  }

  /** Takes the responses to calls of the turn; returns whether all were for it. */
  #takeResponses({ toolResponse }: LiveInput): boolean {
    if (!toolResponse || !this.#turn) return false;
    const turn = this.#turn;
    const responses = [toolResponse.functionResponses].flat() as readonly { id?: string; willContinue?: boolean }[];
    const taken = responses.filter(
      ({ id = '', willContinue = false }) => turn.openCalls.has(id) && (willContinue || turn.respond(id)),
    );
    return taken.length > 0;
  }

  #interrupts({ realtimeInput = {}, clientContent }: LiveInput): boolean {
    const { interruptedBy = defaultInterruptions } = this.#script;
    const { activityStart, audio, text } = realtimeInput;
    const given: Record<LiveInterruption, unknown> = { activityStart, clientContent, audio, text };
    return interruptedBy.some((name) => given[name] !== undefined);
  }

  #interrupt(): void {
    const turn = this.#turn;
    if (!turn) return;
    turn.stop();
    if (turn.openCalls.size > 0) this.#sendMessage({ toolCallCancellation: { ids: [...turn.openCalls] } });
    this.#sendMessage({ serverContent: { interrupted: true } });
    this.#completeTurn(turn);
  }

  #answer(answer: LiveAnswer): void {
    if (this.#turn) {
      this.#waiting.push(answer);
      return;
    }
    this.#turn = new TurnPlayer(answer, this.#stage());
    const { inputTranscription } = this.#turn.turn;
    if (inputTranscription !== undefined && this.record.setup?.inputAudioTranscription) {
      this.#sendMessage({ serverContent: { inputTranscription: { text: inputTranscription } } });
    }
    this.#turn.start();
  }

  #stage(): TurnStage {
    const { firstDelay = 0, pace = 0 } = this.#script;
    return {
      firstDelay,
      pace,
      say: (piece) => {
        this.#say(piece);
      },
      sendMessage: (message) => {
        this.#sendMessage(message);
      },
      act: (action) => {
        this.#act(action);
      },
      callId: () => `function-call-${String((this.#session.calls += 1))}`,
      waitsFor: ({ name }) => !isNonBlocking(this.record.setup?.tools, name),
      schedule: (ms, work) => {
        this.#schedule(ms, work);
      },
      end: (turn) => {
        const { turnComplete = turn.hasContent && !turn.isComplete } = turn.turn;
        if (turnComplete) {
          this.#sendMessage({ serverContent: { generationComplete: true } });
          this.#completeTurn(turn);
        } else this.#endTurn();
      },
    };
  }

  #say(piece: string): void {
    const { setup = {} } = this.record;
    const spoken = isSpoken(setup);
    this.#session.tokens.say(piece, spoken);
    const part = spoken ? { inlineData: speak(piece) } : { text: piece };
    this.#sendMessage({ serverContent: { modelTurn: { parts: [part] } } });
    if (spoken && setup.outputAudioTranscription) {
      this.#sendMessage({ serverContent: { outputTranscription: { text: piece } } });
    }
  }

  #completeTurn(turn: TurnPlayer): void {
    const counts = this.#session.tokens.endTurn(isSpoken(this.record.setup ?? {}));
    const { usage = counts } = turn.turn;
    this.#sendMessage({ serverContent: { turnComplete: true }, ...(usage && { usageMetadata: usage }) });
    this.#endTurn();
  }

  #endTurn(): void {
    this.#turn = undefined;
    this.record.turns += 1;
    if (this.record.setup?.sessionResumption) {
      this.#sendMessage({ sessionResumptionUpdate: { newHandle: this.#handles.next(), resumable: true } });
    }
    const next = this.#waiting.shift();
    if (next !== undefined) this.#answer(next);
  }

  #sendMessage(message: LiveMessage): void {
    const handle = message.sessionResumptionUpdate?.newHandle;
    if (handle) this.#handles.add(handle);
    this.#send(JSON.stringify(message));
  }

  #send(frame: string | Uint8Array): void {
    if (this.#ended) return;
    if (this.#held) {
      this.#held.push(frame);
      return;
    }
    this.record.messagesSent += 1;
    this.record.bytesSent += typeof frame === 'string' ? encoder.encode(frame).length : frame.length;
    this.#transport.send(frame, this.#script.frames ?? 'binary');
    this.#faults.reach('messages', this.record.messagesSent);
  }

  #act({ frame, bigFrame, close, drop, stall, vanish }: LiveAction): void {
    if (this.#ended) return;
    if (frame !== undefined) this.#send(frame);
    if (bigFrame !== undefined) this.#send('{}'.replace('}', `${' '.repeat(Math.max(0, bigFrame - 2))}}`));
    if (stall !== undefined) this.#stall(stall);
    if (close) this.close(close.code ?? 1000, close.reason ?? '');
    if (drop) {
      this.end('server', 1006, '');
      this.#transport.drop();
    }
    if (vanish) {
      this.end('server', 1006, '');
      this.#transport.vanish();
    }
  }

  #stall(ms: number): void {
    this.#held ??= [];
    if (ms === Infinity) return;
    this.#schedule(ms, () => {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const frame of held) this.#send(frame);
    });
  }

  /** Runs a function of the user, whose error closes the connection. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.close(1011, cause instanceof Error ? cause.message : String(cause));
    }
  }

  #schedule(ms: number, work: () => void): void {
    if (this.#ended) return;
    if (ms <= 0) {
      work();
      return;
    }
    const cancel = this.#transport.schedule(ms, () => {
      this.#timers.delete(cancel);
      work();
    });
    this.#timers.add(cancel);
  }
}

function withTranscription(answer: LiveAnswer, inputTranscription: string): LiveAnswer {
  if (typeof answer === 'string') return { text: answer, inputTranscription };
  return Array.isArray(answer) ? { steps: answer, inputTranscription } : { inputTranscription, ...answer };
}

function isNonBlocking(tools: LiveSetup['tools'] = [], name: string | undefined): boolean {
  return tools.some(({ functionDeclarations }) => {
    const list = Array.isArray(functionDeclarations)
      ? (functionDeclarations as readonly Record<string, unknown>[])
      : [];
    return list.some((declared) => declared['name'] === name && declared['behavior'] === 'NON_BLOCKING');
  });
}
