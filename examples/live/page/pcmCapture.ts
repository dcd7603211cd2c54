// Runs in the audio thread, which loads it as a module of its own.

/** The parts of the audio thread's global scope that are used here; the types of the DOM do not have them. */
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare const sampleRate: number;

/** The rate that the model hears. */
const rate = 16_000;

/** The samples of one piece: 32 ms. Smaller ones cost more than they carry, larger ones make the model answer later. */
const pieceLength = 512;

/** Turns the sound of a microphone, at whatever rate the device has, into pieces of 16-bit PCM at 16 kHz. */
class PcmCapture extends AudioWorkletProcessor {
  /** The input samples that make one output sample, often not a whole number. */
  readonly #ratio = sampleRate / rate;
  #sum = 0;
  /** The input samples in the sum. */
  #summed = 0;
  #piece = new Int16Array(pieceLength);
  #length = 0;

  process([input]: readonly (readonly Float32Array[])[]): true {
    for (const sample of input?.[0] ?? []) this.#add(sample);
    return true;
  }

  /** Each output sample is the mean of the input during its time, which also dampens what is too high for the rate. */
  #add(sample: number): void {
    for (let rest = 1; rest > 0;) {
      const taken = Math.min(rest, this.#ratio - this.#summed);
      this.#sum += sample * taken;
      this.#summed += taken;
      rest -= taken;
      if (this.#ratio - this.#summed > 1e-9) continue;
      this.#push(this.#sum / this.#ratio);
      this.#sum = this.#summed = 0;
    }
  }

  #push(sample: number): void {
    this.#piece[this.#length++] = Math.max(-1, Math.min(1, sample)) * 0x7fff;
    if (this.#length < pieceLength) return;
    this.port.postMessage(this.#piece, [this.#piece.buffer]);
    this.#piece = new Int16Array(pieceLength);
    this.#length = 0;
  }
}

registerProcessor('pcm-capture', PcmCapture);
