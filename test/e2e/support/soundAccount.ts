import type { Page } from 'playwright-core';

/** A piece of sound that a page has scheduled. Times are in seconds, on the clock of its audio context. */
interface PlayedPiece {
  readonly start: number;
  readonly length: number;
  /** Whether it was heard to its end, or ended by `stop`. */
  readonly hasEnded: boolean;
  readonly stoppedAt: number | null;
}

/** The account of what a page has done with microphone, sound and sockets. */
export interface SoundAccount {
  readonly pieces: readonly PlayedPiece[];
  /** The states of the tracks of each microphone that was opened. */
  readonly tracks: readonly string[];
  readonly contexts: readonly string[];
  /** The pieces that had neither ended nor been stopped when the task of each `interrupted` message ended. */
  readonly leftAtInterruption: readonly number[];
}

interface Piece {
  start: number;
  length: number;
  hasEnded: boolean;
  stoppedAt: number | null;
}

declare global {
  interface Window {
    soundAccount(): SoundAccount;
    /** The loudest sample that went to the loudspeaker in the last second or so, from 0 to 1. */
    loudness(): number;
    /** The tracks of all microphones. */
    readonly microphoneTracks: MediaStreamTrack[];
  }
}

/** Watches the sound of a page from before its first script. */
export async function watchSound(page: Page): Promise<void> {
  await page.addInitScript(install);
}

export function soundOf(page: Page): Promise<SoundAccount> {
  return page.evaluate(() => window.soundAccount());
}

export function loudnessOf(page: Page): Promise<number> {
  return page.evaluate(() => window.loudness());
}

/** Gives the page a tone without end in place of each microphone: whatever is missing from it shows as a jump. */
export async function replaceMicrophoneByTone(page: Page, frequency: number): Promise<void> {
  await page.addInitScript((hertz) => {
    const createSource = (context: AudioContext): AudioNode => {
      const tone = context.createOscillator();
      tone.frequency.value = hertz;
      tone.start();
      return tone;
    };
    Object.assign(AudioContext.prototype, {
      createMediaStreamSource(this: AudioContext) {
        return createSource(this);
      },
    });
  }, frequency);
}

function install(): void {
  const pieces: Piece[] = [];
  const pieceOf = new WeakMap<AudioBufferSourceNode, Piece>();
  const contexts: AudioContext[] = [];
  const analysers = new Map<BaseAudioContext, AnalyserNode>();
  const tracks: MediaStreamTrack[] = [];
  const leftAtInterruption: number[] = [];

  const source = AudioBufferSourceNode.prototype;
  const { start, stop } = source;
  source.start = function (when = 0, ...rest) {
    const piece: Piece = { start: when, length: this.buffer?.duration ?? 0, hasEnded: false, stoppedAt: null };
    pieces.push(piece);
    pieceOf.set(this, piece);
    this.addEventListener('ended', () => (piece.hasEnded = true));
    start.call(this, when, ...rest);
  };
  source.stop = function (when) {
    const piece = pieceOf.get(this);
    if (piece) piece.stoppedAt = this.context.currentTime;
    stop.call(this, when);
  };

  const { connect } = AudioNode.prototype as unknown as { connect(this: AudioNode, ...to: unknown[]): AudioNode };
  Object.assign(AudioNode.prototype, {
    connect(this: AudioNode, to: AudioNode, ...rest: unknown[]) {
      if (to instanceof AudioDestinationNode) {
        const analyser = analysers.get(this.context) ?? new AnalyserNode(this.context, { fftSize: 32_768 });
        analysers.set(this.context, analyser);
        connect.call(this, analyser);
      }
      return connect.call(this, to, ...rest);
    },
  });

  window.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      contexts.push(this);
    }
  };

  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };

  const isSounding = (piece: Piece) => !piece.hasEnded && piece.stoppedAt === null;
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Once it is open, the page's own listener is there: this one hears of each message after it, in the same task.
      this.addEventListener('open', () =>
        this.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
          if (data.byteLength > 10_000 || !new TextDecoder().decode(data).includes('"interrupted"')) return;
          leftAtInterruption.push(pieces.filter(isSounding).length);
        }),
      );
    }
  };

  Object.assign(window, {
    microphoneTracks: tracks,
    soundAccount: () => ({
      pieces,
      tracks: tracks.map(({ readyState }) => readyState),
      contexts: contexts.map(({ state }) => state),
      leftAtInterruption,
    }),
    loudness() {
      let loudest = 0;
      for (const analyser of analysers.values()) {
        const samples = new Float32Array(analyser.fftSize);
        analyser.getFloatTimeDomainData(samples);
        for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
      }
      return loudest;
    },
  });
}
