import { Observable } from 'rxjs';
import type { GeminiChunk } from 'rxjs-gemini';
import { soundsOf, type Sound } from './pcm.js';

/** The time that the first piece waits, in seconds, so that the second is there when it ends. */
const lead = 0.05;

/** Plays the sound of turns. Make it in the handler of a click: a page may not make a sound without one. */
export class Speaker {
  // The rate of the model: pieces that the browser resamples one by one have a click between them.
  readonly #context = new AudioContext({ sampleRate: 24_000 });

  /**
   * Plays a turn: emits `true` when sound begins and `false` when all of it has been heard, and completes once the turn
   * has completed and been heard. Unsubscribing makes it silent at once, and drops all that has not been heard.
   */
  play(turn$: Observable<GeminiChunk>): Observable<boolean> {
    return new Observable((subscriber) => {
      let hasCompleted = false;
      const onSilence = () => {
        subscriber.next(false);
        if (hasCompleted) subscriber.complete();
      };
      const queue = new SoundQueue(this.#context, onSilence);
      subscriber.add(() => queue.stop());
      const reading = turn$.subscribe({
        next(chunk) {
          const sounds = soundsOf(chunk);
          if (sounds.length > 0 && queue.isEmpty) subscriber.next(true);
          for (const sound of sounds) queue.add(sound);
        },
        error: (cause) => subscriber.error(cause),
        complete() {
          hasCompleted = true;
          if (queue.isEmpty) subscriber.complete();
        },
      });
      subscriber.add(reading);
    });
  }

  close(): void {
    void this.#context.close();
  }
}

/** Pieces of sound, one after the other on the clock of the audio thread. */
class SoundQueue {
  readonly #context: AudioContext;
  readonly #onSilence: () => void;
  readonly #output: GainNode;
  readonly #sources = new Set<AudioBufferSourceNode>();
  /** The time at which the last piece ends. */
  #end = 0;

  constructor(context: AudioContext, onSilence: () => void) {
    this.#context = context;
    this.#onSilence = onSilence;
    this.#output = new GainNode(context);
    this.#output.connect(context.destination);
  }

  get isEmpty(): boolean {
    return this.#sources.size === 0;
  }

  add({ samples, rate }: Sound): void {
    const buffer = this.#context.createBuffer(1, samples.length, rate);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#output);
    source.onended = () => {
      this.#sources.delete(source);
      if (this.isEmpty) this.#onSilence();
    };
    this.#sources.add(source);
    // The end of the piece before, to the sample; or, where that is over, as soon as there is a reserve again.
    const start = this.#end > this.#context.currentTime ? this.#end : this.#context.currentTime + lead;
    source.start(start);
    this.#end = start + buffer.duration;
  }

  stop(): void {
    // In one step: a long queue takes some time to stop, piece by piece.
    this.#output.disconnect();
    for (const source of this.#sources) {
      source.onended = null;
      source.stop();
      source.disconnect();
    }
    this.#sources.clear();
  }
}
