import type { LiveBlob } from 'rxjs-gemini';

/** The loudness of speech, of 32767. */
const threshold = 600;
/** The pieces of sound that make a voice, and the quiet ones that end it: about 0.1 s and 0.8 s. */
const loudPieces = 3;
const quietPieces = 24;

/** Hears where somebody begins and ends to speak, by loudness alone. */
export class VoiceDetector {
  #loud = 0;
  #quiet = 0;
  #isSpeaking = false;

  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /** Reads a piece of sound; returns whether a voice has ended with it. */
  read({ data = '' }: LiveBlob): boolean {
    const isLoud = loudnessOf(Buffer.from(data, 'base64')) > threshold;
    this.#loud = isLoud ? this.#loud + 1 : 0;
    this.#quiet = isLoud ? 0 : this.#quiet + 1;
    if (this.#loud >= loudPieces) this.#isSpeaking = true;
    if (!this.#isSpeaking || this.#quiet < quietPieces) return false;
    this.#isSpeaking = false;
    return true;
  }

  /** The voice ends with the microphone; returns whether there was one. */
  end(): boolean {
    const wasSpeaking = this.#isSpeaking;
    this.#isSpeaking = false;
    this.#loud = this.#quiet = 0;
    return wasSpeaking;
  }
}

function loudnessOf(pcm: Buffer): number {
  const length = pcm.length >> 1;
  let sum = 0;
  for (let at = 0; at < length; at++) sum += pcm.readInt16LE(2 * at) ** 2;
  return length === 0 ? 0 : Math.sqrt(sum / length);
}
