import { asyncScheduler } from 'rxjs';
import type { GeminiContent } from '../chunk/contentsOf.js';
import { LivePlayer, type LiveRecord, type LiveTransport } from '../live/livePlayer.js';
import type { LiveHandles } from '../live/liveHandles.js';
import type { LiveInput } from '../live/liveInput.js';
import type { LiveMessage } from '../live/liveMessage.js';
import type { LiveConnectionScript } from '../live/liveScript.js';
import { steadyNow } from '../rx/clock.js';
import { reportUnhandled } from '../rx/reportUnhandled.js';
import { whenAborted } from '../rx/whenAborted.js';
import type { FakeLiveParams, FakeLiveSession } from './fakeLive.js';
import { fakeLiveSetup } from './fakeLiveSetup.js';
import { abortError } from './fakeRequest.js';
import { ImmediatePromise } from './immediatePromise.js';

const open = 1;
const closed = 3;

/** The connection of a session in this process: the transport of its script, and the session of the client. */
export class FakeLiveWire implements LiveTransport {
  readonly session: Promise<FakeLiveSession>;
  readonly #params: FakeLiveParams;
  readonly #player: LivePlayer;
  readonly #settle: () => void;
  /** The frames that the server has not read. */
  readonly #unread: string[] = [];
  readonly #socket = { bufferedAmount: 0, readyState: 0 };
  #bytesPerSecond = Infinity;
  #isReading = false;
  #resolve: (() => void) | undefined;
  #reject: (cause: unknown) => void = () => undefined;

  constructor(
    params: FakeLiveParams,
    { record, settle }: { record: LiveRecord; settle: () => void },
    script: LiveConnectionScript,
    handles: LiveHandles,
  ) {
    this.#params = params;
    this.#settle = settle;
    this.#player = new LivePlayer(record, script, handles, this);
    this.session = new ImmediatePromise((resolve, reject) => {
      this.#resolve = () => {
        resolve(this.#client());
      };
      this.#reject = reject;
    });
    const { abortSignal } = (params.config ?? {}) as { readonly abortSignal?: AbortSignal | undefined };
    const refuse = typeof script === 'function' ? undefined : script.refuse;
    asyncScheduler.schedule(() => {
      this.#open(refuse);
    });
    if (abortSignal) {
      whenAborted(abortSignal).subscribe(() => {
        this.#reject(abortError());
        this.#leave();
      });
    }
  }

  send(frame: string | Uint8Array): void {
    const text = typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
    let message: LiveMessage;
    try {
      message = JSON.parse(text) as LiveMessage;
    } catch (error) {
      this.#call(() => this.#params.callbacks.onerror?.({ message: String(error), error }));
      return;
    }
    this.#call(() => {
      this.#params.callbacks.onmessage(message);
    });
    if (message.setupComplete) this.#resolve?.();
  }

  close(code: number, reason: string): void {
    this.#end(code, reason);
  }

  drop(): void {
    const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    this.#call(() => this.#params.callbacks.onerror?.({ message: error.message, error }));
    this.#end(1006, '');
  }

  vanish(): void {
    this.#bytesPerSecond = 0;
  }

  limitReceiving(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  schedule(ms: number, work: () => void): () => void {
    const action = asyncScheduler.schedule(work, ms);
    return () => {
      action.unsubscribe();
    };
  }

  #open(refuse: number | undefined): void {
    if (this.#socket.readyState === closed) return;
    if (refuse !== undefined) {
      this.#player.record.refused = refuse;
      this.#player.end('server', 1006, '');
      const error = new Error(`Unexpected server response: ${String(refuse)}`);
      this.#call(() => this.#params.callbacks.onerror?.({ message: error.message, error }));
      this.#reject(error);
      this.#end(1006, '');
      return;
    }
    this.#socket.readyState = open;
    this.#call(() => this.#params.callbacks.onopen?.());
    this.#player.open();
    this.#player.receive(JSON.stringify({ setup: fakeLiveSetup(this.#params) }));
  }

  #client(): FakeLiveSession {
    return {
      conn: { ws: this.#socket },
      sendClientContent: ({ turns, turnComplete = true } = {}) => {
        this.#write({ clientContent: { ...(turns !== undefined && { turns: toContents(turns) }), turnComplete } });
      },
      sendRealtimeInput: (realtimeInput) => {
        this.#write({ realtimeInput });
      },
      sendToolResponse: ({ functionResponses }) => {
        this.#write({ toolResponse: { functionResponses: [functionResponses].flat() } });
      },
      sendContextUpdate: (contextUpdate) => {
        this.#write({ contextUpdate });
      },
      close: () => {
        this.#leave();
      },
    };
  }

  /** Sends a frame to the server, which reads it in another turn of the scheduler. */
  #write(input: LiveInput): void {
    if (this.#socket.readyState !== open) return;
    const frame = JSON.stringify(input);
    this.#socket.bufferedAmount += frame.length;
    this.#unread.push(frame);
    this.#read(0);
  }

  #read(delay: number): void {
    if (this.#isReading || this.#bytesPerSecond === 0) return;
    this.#isReading = true;
    asyncScheduler.schedule(() => {
      this.#isReading = false;
      if (this.#socket.readyState !== open || this.#bytesPerSecond === 0) return;
      const frame = this.#unread.shift();
      if (frame === undefined) return;
      this.#socket.bufferedAmount -= frame.length;
      this.#player.receive(frame);
      this.#read((frame.length / this.#bytesPerSecond) * 1000);
    }, delay);
  }

  /** Ends the connection from the client's side. */
  #leave(): void {
    if (this.#socket.readyState === closed) return;
    this.#player.end('client', 1005, '');
    this.#end(1005, '');
  }

  #end(code: number, reason: string): void {
    if (this.#socket.readyState === closed) return;
    this.#socket.readyState = closed;
    const { record } = this.#player;
    record.closedAt = steadyNow();
    this.#settle();
    asyncScheduler.schedule(() => {
      this.#reject(
        new Error(`The connection was closed before the setup was complete: ${String(code)} ${reason}`.trimEnd()),
      );
      this.#call(() => this.#params.callbacks.onclose?.({ code, reason, wasClean: code !== 1006 }));
    });
  }

  /** Calls the user back. */
  #call(callback: () => void): void {
    try {
      callback();
    } catch (cause) {
      reportUnhandled(cause);
    }
  }
}

/** The contents of the SDK's forms of contents. */
function toContents(turns: NonNullable<LiveInput['clientContent']>['turns']): readonly GeminiContent[] {
  return [turns ?? []]
    .flat()
    .map((turn) => (typeof turn === 'string' ? { role: 'user', parts: [{ text: turn }] } : turn));
}
