import { isObject } from '../../rx/isObject.js';
import { tryParseJson } from '../../rx/tryParseJson.js';
import { assertLiveScript } from './assertLiveScripts.js';
import type { LiveClose } from './liveAnswer.js';
import type { LiveConnection } from './liveConnection.js';
import { LiveConversation } from './liveConversation.js';
import type { LiveHandles } from './liveHandles.js';
import type { LiveInput } from '../liveInput.js';
import { bytesOf, LiveOutlet } from './liveOutlet.js';
import type { LiveRecord } from './liveRecord.js';
import type { LiveConnectionScript, LiveScript } from './liveScript.js';
import type { LiveSetup } from './liveSetup.js';
import type { LiveTransport } from './liveTransport.js';

/** The rules of a server for a connection. */
export interface LiveRules {
  readonly script: LiveConnectionScript;
  readonly handles: LiveHandles;
  /** Returns the close with which a setup is refused; `undefined` if the session may begin. */
  readonly refusalOf?: ((setup: LiveSetup) => LiveClose | undefined) | undefined;
}

/** Plays the server's side of one connection. */
export class LivePlayer {
  readonly record: LiveRecord;
  readonly #rules: LiveRules;
  readonly #outlet: LiveOutlet;
  #script: LiveScript = {};
  /** Set once the setup is answered. */
  #conversation: LiveConversation | undefined;

  constructor(record: LiveRecord, rules: LiveRules, transport: LiveTransport) {
    this.record = record;
    this.#rules = rules;
    this.#outlet = new LiveOutlet(transport, record);
  }

  /** Starts once the connection is open. */
  open(): void {
    const { script } = this.#rules;
    if (typeof script !== 'function') this.#useScript(script);
  }

  /** Reads a frame of the client. */
  receive(frame: string): void {
    if (!this.#outlet.isOpen) return;
    this.record.bytesReceived += bytesOf(frame);
    const message = tryParseJson(frame);
    if (!isObject(message)) this.close(1007, 'Invalid JSON payload received.');
    else if (isObject(message['setup'])) this.#setUp(message['setup']);
    else if (!this.record.setup) this.close(1007, 'The first message must be `setup`.');
    else this.#read(message);
  }

  /** Closes the connection from this side. */
  close(code: number, reason: string): void {
    this.#outlet.close(code, reason);
  }

  /** Ends the script, once the connection has ended. */
  end(by: LiveConnection['closedBy'], code: number, reason: string): void {
    this.#outlet.end(by, code, reason);
  }

  /** Calls back after a time, unless the connection ends before. */
  schedule(ms: number, work: () => void): void {
    this.#outlet.schedule(ms, work);
  }

  #useScript(script: LiveScript): void {
    this.#script = script;
    this.#outlet.useScript(script);
  }

  #setUp(setup: LiveSetup): void {
    if (this.record.setup) {
      this.close(1007, 'The session is set up already.');
      return;
    }
    const { script, handles, refusalOf } = this.#rules;
    const handle = setup.sessionResumption?.handle;
    this.record.setup = setup;
    this.record.handle = handle;
    const isUnknown = handle !== undefined && !handles.has(handle);
    const refusal = isUnknown ? { code: 1008, reason: 'BidiGenerateContent session not found' } : refusalOf?.(setup);
    if (refusal) {
      this.close(refusal.code ?? 1008, refusal.reason ?? '');
      return;
    }
    this.#attempt(() => {
      if (typeof script === 'function') this.#useScript(made(script({ index: this.record.index, setup, handle })));
      const { setup: answers = true, setupDelay = 0 } = this.#script;
      if (!answers) return;
      this.#outlet.schedule(setupDelay, () => {
        this.#begin(this.record.setup ?? setup);
      });
    });
  }

  #begin(setup: LiveSetup): void {
    this.#outlet.sendMessage({ setupComplete: {} });
    this.#outlet.beginFaults();
    const conversation = new LiveConversation(this.#script, setup, this.record, this.#outlet, this.#rules.handles);
    this.#conversation = conversation;
    conversation.start();
    for (const input of this.record.inputs) this.#respond(conversation, input);
  }

  #read(input: LiveInput): void {
    this.record.inputs.push(input);
    if (this.#conversation) this.#respond(this.#conversation, input);
    this.#outlet.countInputs(this.record.inputs.length);
  }

  #respond(conversation: LiveConversation, input: LiveInput): void {
    if (!this.#outlet.isOpen) return;
    this.#attempt(() => {
      conversation.respond(input);
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
}

/** Checks a script that a function has made. */
function made(script: LiveScript): LiveScript {
  assertLiveScript('live', script);
  if (script.refuse !== undefined) throw new TypeError('A function comes too late to `refuse`: use a list of scripts');
  return script;
}
