import type { GoogleGenAI } from '@google/genai';
import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { fromGemini } from '../sources/fromGemini.js';
import { fromInteraction } from '../sources/interactions/fromInteraction.js';
import { parseCursor } from '../sources/interactions/interactionCursor.js';
import { UsageError } from './commandLine.js';

/** The options of `ask` that choose the request. */
export interface AskOptions {
  readonly api?: string | undefined;
  readonly model: string;
  readonly agent?: string | undefined;
  readonly background?: boolean | undefined;
  readonly follow?: string | undefined;
  readonly after?: string | undefined;
  readonly system?: string | undefined;
}

/** Makes the reply of `ask` from a client. */
export type AskSource = (ai: GoogleGenAI, prompt: string) => Observable<GeminiChunk>;

/**
 * Chooses the source of `ask`: `generateContent`, an interaction, or an interaction that runs already.
 *
 * @throws UsageError - If the options contradict each other.
 */
export function askSource(options: AskOptions, words: readonly string[]): AskSource {
  assertConsistent(options, words);
  const { model, agent, background, follow, after, system } = options;
  if (follow !== undefined) return (ai) => fromInteraction(ai, { id: follow, after });
  if (!isInteraction(options)) {
    const config = system === undefined ? {} : { systemInstruction: system };
    return (ai, contents) => fromGemini(ai, { model, contents, config });
  }
  const shared = { ...(system !== undefined && { system_instruction: system }), ...(background && { background }) };
  return (ai, input) =>
    agent === undefined
      ? fromInteraction(ai, { model, input, ...shared })
      : fromInteraction(ai, { agent, input, ...shared });
}

/** Whether the request goes to the Interactions API. */
function isInteraction({ api, agent, follow }: AskOptions): boolean {
  return api === 'interactions' || agent !== undefined || follow !== undefined;
}

function assertConsistent(options: AskOptions, words: readonly string[]): void {
  const { api = 'generateContent', agent, background, follow, after, system } = options;
  if (api !== 'generateContent' && api !== 'interactions') {
    throw new UsageError(`Expected --api to be generateContent or interactions, got '${api}'`);
  }
  if (options.api === 'generateContent' && isInteraction(options)) {
    throw new UsageError(`Expected --api interactions with ${agent === undefined ? '--follow' : '--agent'}`);
  }
  if (background && !isInteraction(options))
    throw new UsageError('Expected --api interactions or --agent with --background');
  if (after !== undefined && follow === undefined) throw new UsageError('Expected --follow with --after');
  if (after !== undefined) assertCursor(after);
  const starts = [agent, background, system, words[0]].some((value) => value !== undefined);
  if (follow !== undefined && starts) {
    throw new UsageError('Expected --follow without a prompt, --agent, --background and --system: the run has started');
  }
}

function assertCursor(after: string): void {
  try {
    parseCursor(after);
  } catch {
    throw new UsageError(`Expected --after to be a cursor that ask has printed, got '${after}'`);
  }
}
