import type { GeminiChunk } from 'rxjs-gemini';
import { fromBase64, toBase64 } from './base64.js';

/** Sound: samples from -1 to 1 at a rate. */
export interface Sound {
  readonly samples: Float32Array<ArrayBuffer>;
  readonly rate: number;
}

/** A piece of the microphone as the model takes it. Every browser runs on a little-endian computer, as the format is. */
export function audioOf(piece: Int16Array): { readonly data: string; readonly mimeType: string } {
  const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  return { data: toBase64(bytes), mimeType: 'audio/pcm;rate=16000' };
}

/** The loudness of a piece, from 0 to 1. */
export function levelOf(piece: Int16Array): number {
  let sum = 0;
  for (const sample of piece) sum += sample * sample;
  return Math.sqrt(sum / piece.length) / 0x7fff;
}

/** The pieces of sound in a chunk of the model. */
export function soundsOf({ candidates }: GeminiChunk): Sound[] {
  const parts = candidates?.[0]?.content?.parts ?? [];
  return parts.flatMap(({ inlineData: { mimeType = '', data = '' } = {} }) => {
    if (!mimeType.startsWith('audio/pcm')) return [];
    const rate = Number(/rate=(\d+)/.exec(mimeType)?.[1] ?? 24_000);
    const bytes = fromBase64(data);
    const view = new DataView(bytes.buffer);
    const samples = new Float32Array(bytes.length >> 1);
    for (let at = 0; at < samples.length; at++) samples[at] = view.getInt16(2 * at, true) / 0x8000;
    return samples.length > 0 ? [{ samples, rate }] : [];
  });
}
