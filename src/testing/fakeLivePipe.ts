import { asyncScheduler, Subscription } from 'rxjs';

/** The way from a client to its server: a queue of frames, which the server reads at its own speed. */
export class FakeLivePipe {
  /** The number of characters that the server has not read. */
  bufferedAmount = 0;
  readonly #receive: (frame: string) => void;
  readonly #frames: string[] = [];
  readonly #reading = new Subscription();
  #bytesPerSecond = Infinity;
  #isReading = false;

  constructor(receive: (frame: string) => void) {
    this.#receive = receive;
  }

  /** Sends a frame, which the server reads in another turn of the scheduler. */
  write(frame: string): void {
    this.bufferedAmount += frame.length;
    this.#frames.push(frame);
    this.#readAfter(0);
  }

  limit(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Ends the reading. */
  end(): void {
    this.#reading.unsubscribe();
  }

  #readAfter(ms: number): void {
    if (this.#isReading) return;
    this.#isReading = true;
    const read = asyncScheduler.schedule(() => {
      this.#isReading = false;
      this.#reading.remove(read);
      if (this.#bytesPerSecond === 0) return;
      const frame = this.#frames.shift();
      if (frame === undefined) return;
      this.bufferedAmount -= frame.length;
      this.#receive(frame);
      if (this.#frames.length > 0 || this.#bytesPerSecond !== Infinity) {
        this.#readAfter((frame.length / this.#bytesPerSecond) * 1000);
      }
    }, ms);
    this.#reading.add(read);
  }
}
