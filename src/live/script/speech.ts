import type { LiveBlob } from '../liveInput.js';

const sampleRate = 24_000;
/** The length of the tone for a character, in samples: ten ms, a fifth of the time in which it is spoken. */
const samplesPerChar = 240;
/** A pentatonic scale in Hz, so that the tones of a text go together. */
const scale = [262, 294, 330, 392, 440];
/** The length of the rise and of the fall of a tone, in samples: without them, it would click. */
const slope = 120;
const loudness = 6000;

/** Makes a tone that stands for a spoken text, as the service sends speech. Equal texts sound alike. */
export function speak(text: string): LiveBlob {
  const length = Math.max(4, text.trim().length) * samplesPerChar;
  const frequency = scale[text.length % scale.length] ?? 0;
  let bytes = '';
  for (let at = 0; at < length; at++) {
    const envelope = Math.min(1, at / slope, (length - at) / slope);
    const sample = Math.round(loudness * envelope * Math.sin((2 * Math.PI * frequency * at) / sampleRate));
    bytes += String.fromCharCode(sample & 0xff, (sample >> 8) & 0xff);
  }
  return { mimeType: `audio/pcm;rate=${String(sampleRate)}`, data: btoa(bytes) };
}

/** The length of a piece of 16-bit sound, in seconds. */
export function secondsOf({ data = '', mimeType = '' }: LiveBlob): number {
  const rate = Number(/rate=(\d+)/.exec(mimeType)?.[1] ?? 16_000);
  const bytes = (data.replace(/=+$/, '').length * 3) / 4;
  return Math.floor(bytes / 2) / rate;
}
