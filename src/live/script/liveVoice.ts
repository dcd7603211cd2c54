import type { LiveInput } from '../liveInput.js';
import type { LiveMessage, LiveUsage } from '../liveMessage.js';
import { isSpoken, type LiveSetup } from './liveSetup.js';
import { LiveTokens } from './liveTokens.js';
import { speak } from './speech.js';

/** The voice of the model, in the form that the setup asks for, and its token counts. */
export class LiveVoice {
  readonly #setup: LiveSetup;
  readonly #isSpoken: boolean;
  readonly #tokens = new LiveTokens();

  constructor(setup: LiveSetup) {
    this.#setup = setup;
    this.#isSpoken = isSpoken(setup);
  }

  /** Counts an input. */
  hear(input: LiveInput): void {
    this.#tokens.read(input);
  }

  /** The messages of a piece of the answer. */
  say(piece: string): LiveMessage[] {
    this.#tokens.say(piece, this.#isSpoken);
    const part = this.#isSpoken ? { inlineData: speak(piece) } : { text: piece };
    const content: LiveMessage = { serverContent: { modelTurn: { parts: [part] } } };
    const hasTranscript = this.#isSpoken && this.#setup.outputAudioTranscription !== undefined;
    return hasTranscript ? [content, { serverContent: { outputTranscription: { text: piece } } }] : [content];
  }

  /** The messages of the transcript of the user's speech. */
  transcribe(text: string | undefined): LiveMessage[] {
    if (text === undefined || this.#setup.inputAudioTranscription === undefined) return [];
    return [{ serverContent: { inputTranscription: { text } } }];
  }

  /** The counts of the turn that ends. */
  endTurn(): LiveUsage {
    return this.#tokens.endTurn(this.#isSpoken);
  }
}
