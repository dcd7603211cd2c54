import { asyncScheduler, Subscription } from 'rxjs';
import type { GeminiContent } from '../chunk/contentsOf.js';
import type { LiveInput } from '../live/liveInput.js';
import type { LiveMessage } from '../live/liveMessage.js';
import { LivePlayer, type LiveRules } from '../live/script/livePlayer.js';
import type { OpenLiveRecord } from '../live/script/liveRecord.js';
import type { LiveTransport } from '../live/script/liveTransport.js';
import { reportUnhandled } from '../rx/reportUnhandled.js';
import { whenAborted } from '../rx/whenAborted.js';
import type { FakeLiveCallbacks, FakeLiveParams, FakeLiveSession } from './fakeLiveApi.js';
import { FakeLivePipe } from './fakeLivePipe.js';
import { fakeLiveSetup } from './fakeLiveSetup.js';
import { abortError } from './fakeRequest.js';
import { ImmediatePromise } from './immediatePromise.js';

type CloseEvent = Parameters<NonNullable<FakeLiveCallbacks['onclose']>>[0];

/** The connection of a session in this process: the transport of its script, and the session of the client. */
export class FakeLiveWire implements LiveTransport {
  /** Resolves when the session is set up. */
  readonly session: Promise<FakeLiveSession>;
  readonly #params: FakeLiveParams;
  readonly #opened: OpenLiveRecord;
  readonly #player: LivePlayer;
  readonly #pipe: FakeLivePipe;
  /** The opening and the signal of the client, until the connection has ended. */
  readonly #work = new Subscription();
  #isOpen = true;
  #resolve = (): void => undefined;
  #reject: (cause: unknown) => void = () => undefined;

  constructor(params: FakeLiveParams, opened: OpenLiveRecord, rules: LiveRules) {
    this.#params = params;
    this.#opened = opened;
    this.#player = new LivePlayer(opened.record, rules, this);
    this.#pipe = new FakeLivePipe((frame) => {
      this.#player.receive(frame);
    });
    this.session = new ImmediatePromise((resolve, reject) => {
      this.#resolve = () => {
        resolve(this.#client());
      };
      this.#reject = reject;
    });
    const { script } = rules;
    const refuse = typeof script === 'function' ? undefined : script.refuse;
    const open = () => {
      if (refuse === undefined) this.#open();
      else this.#refuse(refuse);
    };
    this.#work.add(asyncScheduler.schedule(open));
    const { abortSignal } = (params.config ?? {}) as { readonly abortSignal?: AbortSignal | undefined };
    if (!abortSignal) return;
    const abort = () => {
      this.#reject(abortError());
      this.#leave();
    };
    this.#work.add(whenAborted(abortSignal).subscribe({ next: abort, error: reportUnhandled }));
  }

  send(frame: string | Uint8Array): void {
    const text = typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
    let message: LiveMessage;
    try {
      message = JSON.parse(text) as LiveMessage;
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    this.#call(() => {
      this.#params.callbacks.onmessage(message);
    });
    if (this.#opened.record.messagesSent === 1) this.#resolve();
  }

  close(code: number, reason: string): void {
    this.#end({ code, reason, wasClean: true });
  }

  drop(): void {
    this.#fail(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    this.#end({ code: 1006, reason: '', wasClean: false });
  }

  vanish(): void {
    this.#pipe.limit(0);
  }

  limitReceiving(bytesPerSecond: number): void {
    this.#pipe.limit(bytesPerSecond);
  }

  schedule(ms: number, work: () => void): () => void {
    const action = asyncScheduler.schedule(work, ms);
    return () => {
      action.unsubscribe();
    };
  }

  #open(): void {
    this.#call(() => this.#params.callbacks.onopen?.());
    if (!this.#isOpen) return;
    this.#player.open();
    this.#player.receive(JSON.stringify({ setup: fakeLiveSetup(this.#params) }));
  }

  #refuse(status: number): void {
    const error = new Error(`Unexpected server response: ${String(status)}`);
    this.#opened.record.refused = status;
    this.#player.end('server', 1006, '');
    this.#fail(error);
    this.#reject(error);
    this.#end({ code: 1006, reason: '', wasClean: false });
  }

  /** The session of the client. */
  #client(): FakeLiveSession {
    const write = (input: LiveInput) => {
      if (this.#isOpen) this.#pipe.write(JSON.stringify(input));
    };
    return {
      conn: { ws: this.#pipe },
      sendClientContent: ({ turns, turnComplete = true } = {}) => {
        write({ clientContent: { ...(turns !== undefined && { turns: toContents(turns) }), turnComplete } });
      },
      sendRealtimeInput: (realtimeInput) => {
        write({ realtimeInput });
      },
      sendToolResponse: ({ functionResponses }) => {
        write({ toolResponse: { functionResponses: [functionResponses].flat() } });
      },
      sendContextUpdate: (contextUpdate) => {
        write({ contextUpdate });
      },
      close: () => {
        this.#leave();
      },
    };
  }

  /** Ends the connection from the client's side. */
  #leave(): void {
    if (!this.#isOpen) return;
    this.#player.end('client', 1005, '');
    this.#end({ code: 1005, reason: '', wasClean: true });
  }

  #end(event: CloseEvent): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#work.unsubscribe();
    this.#pipe.end();
    this.#opened.settle();
    asyncScheduler.schedule(() => {
      const { code, reason } = event;
      this.#reject(new Error(`The connection was closed before the setup: ${String(code)} ${reason}`.trimEnd()));
      this.#call(() => this.#params.callbacks.onclose?.(event));
    });
  }

  #fail(error: Error): void {
    this.#call(() => this.#params.callbacks.onerror?.({ message: error.message, error }));
  }

  /** Calls the user back, whose error is reported: the SDK's is an unhandled rejection. */
  #call(callback: () => void): void {
    try {
      callback();
    } catch (cause) {
      reportUnhandled(cause);
    }
  }
}

/** The contents of the SDK's forms of contents. */
function toContents(turns: NonNullable<NonNullable<LiveInput['clientContent']>['turns']>): readonly GeminiContent[] {
  return [turns].flat().map((turn) => (typeof turn === 'string' ? { role: 'user', parts: [{ text: turn }] } : turn));
}
