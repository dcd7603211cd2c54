/** Which time of a run is shown: the present, a time that is held, or a time that runs from there. */
export class Playhead {
  readonly #clock: () => number;
  #mode: 'live' | 'held' | 'playing' = 'live';
  /** The time of the clock at which the run began, as far as its events tell. */
  #origin: number | undefined;
  /** The time of the last event, or the end of the run. */
  #latest = 0;
  #isOver = false;
  /** Where it is held, or played from since a time of the clock. */
  #from = 0;
  #since = 0;

  /** @param clock - A time in ms that runs evenly. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** An event of this time has come. The event that took the shortest way tells when the run began. */
  hear(time: number): void {
    this.#origin = Math.min(this.#origin ?? Infinity, this.#clock() - time);
    this.#latest = Math.max(this.#latest, time);
  }

  /** The run is over at this time. */
  end(time: number): void {
    this.#latest = Math.max(this.#latest, time);
    this.#isOver = true;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The newest time of the run. */
  get now(): number {
    if (this.#isOver || this.#origin === undefined) return this.#latest;
    return Math.max(this.#latest, this.#clock() - this.#origin);
  }

  /** The time to show. */
  get time(): number {
    const { now } = this;
    if (this.#mode === 'live') return now;
    if (this.#mode === 'held') return Math.min(this.#from, now);
    const time = this.#from + this.#clock() - this.#since;
    if (time < now) return time;
    this.#mode = 'live';
    return now;
  }

  /** Whether the shown time moves by itself. */
  get isMoving(): boolean {
    const { time } = this;
    return this.#mode !== 'held' && !(this.#isOver && time >= this.#latest);
  }

  get isLive(): boolean {
    return this.time >= this.now && this.#mode === 'live';
  }

  pause(): void {
    this.seek(this.time);
  }

  seek(time: number): void {
    this.#from = Math.max(0, time);
    this.#mode = 'held';
  }

  /** Goes on from the shown time; from the beginning if the run is over and was shown to its end. */
  play(): void {
    const { time } = this;
    this.#from = this.#isOver && time >= this.#latest ? 0 : time;
    this.#since = this.#clock();
    this.#mode = 'playing';
  }

  goLive(): void {
    this.#mode = 'live';
  }
}
