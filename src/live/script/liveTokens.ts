import type { LiveInput } from '../liveInput.js';
import type { LiveUsage } from '../liveMessage.js';
import { secondsOf } from './speech.js';

const charsPerToken = 4;
const audioTokensPerSecond = 25;
/** The tokens of a frame of video. */
const imageTokens = 258;

/** Estimates the token counts of a session: the prompt grows with each input and each answer. */
export class LiveTokens {
  #prompt = 0;
  #response = 0;

  /** Counts an input. */
  read({ realtimeInput, clientContent, toolResponse }: LiveInput): void {
    const { audio, video, text } = realtimeInput ?? {};
    if (audio) this.#prompt += secondsOf(audio) * audioTokensPerSecond;
    if (video) this.#prompt += imageTokens;
    const content = text ?? clientContent?.turns ?? toolResponse;
    if (content !== undefined) this.#prompt += JSON.stringify(content).length / charsPerToken;
  }

  /** Counts a piece of the answer. */
  say(piece: string, isSpoken: boolean): void {
    this.#response += isSpoken ? (piece.length / 15) * audioTokensPerSecond : piece.length / charsPerToken;
  }

  /** The counts of the turn that ends; its answer belongs to the next prompt. */
  endTurn(isSpoken: boolean): LiveUsage {
    const promptTokenCount = Math.ceil(this.#prompt);
    const responseTokenCount = Math.ceil(this.#response);
    this.#prompt += this.#response;
    this.#response = 0;
    const responseTokensDetails = [{ modality: isSpoken ? 'AUDIO' : 'TEXT', tokenCount: responseTokenCount }];
    const counts = { promptTokenCount, responseTokenCount, totalTokenCount: promptTokenCount + responseTokenCount };
    return { ...counts, responseTokensDetails } as LiveUsage;
  }
}
