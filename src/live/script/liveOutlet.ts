import { FaultWatch } from './faultWatch.js';
import type { LiveAction } from './liveAnswer.js';
import type { LiveConnection } from './liveConnection.js';
import type { LiveMessage } from '../liveMessage.js';
import type { LiveRecord } from './liveRecord.js';
import type { LiveScript } from './liveScript.js';
import type { LiveTransport } from './liveTransport.js';

const encoder = /* @__PURE__ */ new TextEncoder();

/** The number of bytes of a frame. */
export function bytesOf(frame: string | Uint8Array): number {
  return typeof frame === 'string' ? encoder.encode(frame).length : frame.length;
}

/** The server's end of a connection: sends, keeps time, and does the faults of a script. */
export class LiveOutlet {
  readonly #transport: LiveTransport;
  readonly #record: LiveRecord;
  readonly #timers = new Set<() => void>();
  #script: LiveScript = {};
  #faults: FaultWatch | undefined;
  /** The frames that a stall holds back; `undefined` while there is no stall. */
  #held: (string | Uint8Array)[] | undefined;
  #state: 'open' | 'vanished' | 'ended' = 'open';

  constructor(transport: LiveTransport, record: LiveRecord) {
    this.#transport = transport;
    this.#record = record;
  }

  /** Whether the server reads and writes. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Begins with the faults of a script. */
  useScript(script: LiveScript): void {
    this.#script = script;
    this.#faults = new FaultWatch(script, (action) => {
      this.act(action);
    });
    this.#faults.start((ms, work) => {
      this.schedule(ms, work);
    });
    this.#faults.reach('messages', 0);
  }

  /** Does what the script does once the session is set up. */
  beginFaults(): void {
    const { goAway, receiveRate = Infinity } = this.#script;
    if (receiveRate !== Infinity) this.#transport.limitReceiving(receiveRate);
    if (!goAway) return;
    const { after = 0, timeLeft = 10_000, code = 1011 } = goAway;
    const { reason = 'Deadline expired before operation could complete.' } = goAway;
    this.schedule(after, () => {
      this.sendMessage({ goAway: { timeLeft: `${String(timeLeft / 1000)}s` } });
      this.schedule(timeLeft, () => {
        this.close(code, reason);
      });
    });
  }

  /** Tells the faults of the number of inputs. */
  countInputs(count: number): void {
    this.#faults?.reach('inputs', count);
  }

  sendMessage(message: LiveMessage): void {
    this.#send(JSON.stringify(message));
  }

  act({ frame, bigFrame, close, drop, stall, vanish }: LiveAction): void {
    if (!this.isOpen) return;
    if (frame !== undefined) this.#send(frame);
    if (bigFrame !== undefined) this.#send(`{${' '.repeat(Math.max(0, bigFrame - 2))}}`);
    if (stall !== undefined) this.#stall(stall);
    if (close) this.close(close.code ?? 1000, close.reason ?? '');
    if (drop === true && this.end('server', 1006, '')) this.#transport.drop();
    if (vanish === true) this.#vanish();
  }

  close(code: number, reason: string): void {
    if (this.end('server', code, reason)) this.#transport.close(code, reason);
  }

  /** Calls back after a time, or at once for 0, unless the connection ends before. */
  schedule(ms: number, work: () => void): void {
    if (!this.isOpen) return;
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

  /** Ends the timers, and the record once; returns whether this was the end. */
  end(by: LiveConnection['closedBy'], code: number, reason: string): boolean {
    if (this.#state === 'ended') return false;
    this.#state = 'ended';
    this.#cancelTimers();
    this.#record.closedBy = by;
    this.#record.closeCode = code;
    this.#record.closeReason = reason;
    return true;
  }

  #vanish(): void {
    if (!this.isOpen) return;
    this.#state = 'vanished';
    this.#cancelTimers();
    this.#transport.vanish();
  }

  #send(frame: string | Uint8Array): void {
    if (!this.isOpen) return;
    if (this.#held) {
      this.#held.push(frame);
      return;
    }
    this.#record.messagesSent += 1;
    this.#record.bytesSent += bytesOf(frame);
    this.#transport.send(frame, this.#script.frames ?? 'binary');
    this.#faults?.reach('messages', this.#record.messagesSent);
  }

  #stall(ms: number): void {
    this.#held ??= [];
    if (ms === Infinity) return;
    this.schedule(ms, () => {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const frame of held) this.#send(frame);
    });
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}
