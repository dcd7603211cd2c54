/** A port of Node, which holds the process while it is referenced; a page's has neither method. */
interface ReferencedPort {
  ref?(): void;
  unref?(): void;
  close(): void;
}

/**
 * Holds a process of Node while a request of `emulatorFetch` is answered, as the socket of a real request does: the
 * timers of the emulator hold nothing. Does nothing in a page.
 */
export class ProcessHold {
  readonly #port: ReferencedPort = new MessageChannel().port1;

  constructor() {
    this.take();
  }

  /** Holds the process again. */
  take(): void {
    this.#port.ref?.();
  }

  /** Lets the process end. */
  release(): void {
    this.#port.unref?.();
  }

  /** Lets the process end, for good. */
  end(): void {
    this.#port.close();
  }
}
