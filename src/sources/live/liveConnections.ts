import { asyncScheduler, Subscription, type Observable } from 'rxjs';
import type { GeminiError } from '../../errors/geminiError.js';
import { toGeminiError } from '../../errors/toGeminiError.js';
import type { LiveMessage } from '../../live/liveMessage.js';
import type { LiveLine } from './connectLive.js';
import type { LiveOutbox } from './liveOutbox.js';
import { LiveReconnection, type LiveReconnectLimits } from './liveReconnection.js';
import type { LiveResumption } from './liveResumption.js';

/** The owner of the connections. */
export interface ConnectionsOwner {
  /** Opens a connection that continues the session of `handle`. */
  connect(handle: string | undefined, onSetUp: (line: LiveLine) => void): Observable<LiveMessage>;
  /** Called when a connection is set up, before its first message. */
  setUp(): void;
  message(message: LiveMessage): void;
  /** Called when the session has ended. */
  error(error: GeminiError): void;
}

/** The connections of one session, one after the other; two while the server's time runs out. */
export class LiveConnections {
  readonly #owner: ConnectionsOwner;
  readonly #outbox: LiveOutbox;
  readonly #resumption: LiveResumption;
  /** Undefined if the session ends with its connection. */
  readonly #reconnection: LiveReconnection | undefined;
  /** The connection that is heard. */
  #current = Subscription.EMPTY;
  /** The connection that is to replace it once it is set up. */
  #next = Subscription.EMPTY;
  /** The wait for the next connection. */
  #wait = Subscription.EMPTY;
  /** Whether that wait follows a failure, so that no message shortens it. */
  #isBackingOff = false;
  /** Whether the owner has left, perhaps within a message that a failure has caused. */
  #isClosed = false;

  constructor(
    owner: ConnectionsOwner,
    outbox: LiveOutbox,
    resumption: LiveResumption,
    limits: LiveReconnectLimits | undefined,
  ) {
    this.#owner = owner;
    this.#outbox = outbox;
    this.#resumption = resumption;
    this.#reconnection = limits && new LiveReconnection(resumption, outbox, limits);
  }

  /** Opens the connection that is heard from its set-up on. */
  open(): void {
    this.#current = new Subscription();
    this.#subscribe(this.#current);
  }

  /** Closes all. */
  close(): void {
    this.#isClosed = true;
    this.#wait.unsubscribe();
    this.#next.unsubscribe();
    this.#current.unsubscribe();
  }

  #subscribe(connection: Subscription): void {
    this.#reconnection?.begin();
    const messages$ = this.#owner.connect(this.#resumption.handle, (line) => {
      this.#takeOver(connection, line);
    });
    connection.add(
      messages$.subscribe({
        next: (message) => {
          this.#read(message);
        },
        error: (cause: unknown) => {
          this.#handleFailure(connection, toGeminiError(cause));
        },
      }),
    );
  }

  /** Lets a connection that is set up take the place of the one before, which the server has read to its end. */
  #takeOver(connection: Subscription, line: LiveLine): void {
    const before = this.#current;
    this.#current = connection;
    this.#next = Subscription.EMPTY;
    this.#resumption.restart();
    this.#outbox.attach(this.#watch(line));
    if (before !== connection) before.unsubscribe();
    this.#owner.setUp();
  }

  /** Follows the inputs of a line: a question must not lose its answer, which comes on the same connection. */
  #watch(line: LiveLine): LiveLine {
    return {
      send: (input) => {
        line.send(input);
        if (this.#resumption.send(input)) this.#planHandover();
      },
      get buffered() {
        return line.buffered;
      },
    };
  }

  #read(message: LiveMessage): void {
    this.#resumption.read(message);
    // What a connection says that is to be replaced does not mean that another one can be opened.
    if (!this.#resumption.isLeaving) this.#reconnection?.read(message);
    const resumed = message.setupComplete && this.#reconnection?.seam(this.#outbox.takeDropped());
    this.#owner.message(resumed ? { ...message, resumed } : message);
    this.#planHandover();
  }

  /** Replaces the connection when its time is up, once the model is silent. */
  #planHandover(): void {
    const delay = this.#reconnection && this.#resumption.handoverDelay;
    if (delay === undefined || this.#isBackingOff || this.#isClosed) return;
    this.#wait.unsubscribe();
    if (delay > 0) {
      // The model has begun to speak, or was asked: its turn ends on this connection.
      this.#next.unsubscribe();
      this.#next = Subscription.EMPTY;
      this.#waitBefore(delay, () => {
        this.#planHandover();
      });
    } else if (this.#next === Subscription.EMPTY) {
      this.#next = new Subscription();
      this.#subscribe(this.#next);
    }
  }

  #handleFailure(connection: Subscription, error: GeminiError): void {
    if (connection === this.#next) this.#retryHandover(error);
    else if (connection === this.#current) this.#handleDrop(error);
  }

  /** The connection that is heard still lives, and is kept for as long as the server lets it. */
  #retryHandover(error: GeminiError): void {
    this.#next = Subscription.EMPTY;
    try {
      const wait = this.#reconnection?.afterFailure(error).delay ?? 0;
      this.#isBackingOff = true;
      this.#waitBefore(wait, () => {
        this.#isBackingOff = false;
        this.#planHandover();
      });
    } catch {
      this.#resumption.keepConnection();
    }
  }

  #handleDrop(error: GeminiError): void {
    this.#wait.unsubscribe();
    this.#isBackingOff = false;
    this.#outbox.detach();
    this.#current = this.#next;
    this.#next = Subscription.EMPTY;
    if (this.#current !== Subscription.EMPTY) {
      const retrying = this.#reconnection?.afterDrop(error);
      if (retrying) this.#owner.message({ retrying });
      return;
    }
    try {
      if (!this.#reconnection) throw error;
      const retrying = this.#reconnection.afterFailure(error);
      this.#waitBefore(retrying.delay, () => {
        this.open();
      });
      this.#owner.message({ retrying });
    } catch (cause) {
      this.#owner.error(toGeminiError(cause));
    }
  }

  /** Waits, unless the owner has left. */
  #waitBefore(delay: number, work: () => void): void {
    if (!this.#isClosed) this.#wait = asyncScheduler.schedule(work, delay);
  }
}
