import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { emptyChunk } from '../chunk/emptyChunk.js';
import { isContentPart } from '../chunk/hasContent.js';
import type { GeminiCandidate, GeminiPart, GeminiUsage } from '../chunk/response.js';
import { toChunk } from '../chunk/toChunk.js';
import { isObject } from '../rx/isObject.js';
import type { LiveMessage, LiveServerContent, LiveUsage } from './liveMessage.js';

/** Reads the messages of one session as chunks, in order. */
export class LiveChunks {
  /** Whether the model answers in text: then a transcript would be the same text once more. */
  #answersInText = false;

  /** The content, the token counts and the metadata of a message, as one chunk; an empty chunk if it has none. */
  read(message: LiveMessage): GeminiChunk {
    const content = message.serverContent ?? {};
    const candidate = { ...contentOf(this.#partsOf(message, content)), ...metadataOf(content) };
    const usage = message.usageMetadata;
    const hasCandidate = Object.keys(candidate).length > 0;
    if (!hasCandidate && !usage) return emptyChunk;
    return toChunk({
      ...(hasCandidate && { candidates: [{ index: 0, ...candidate }] }),
      ...(usage && { usageMetadata: replyUsage(usage) }),
    });
  }

  #partsOf(message: LiveMessage, { outputTranscription }: LiveServerContent): GeminiPart[] {
    const parts = [...modelParts(message)];
    this.#answersInText ||= parts.some(({ text, thought }) => Boolean(text) && thought !== true);
    const transcript = outputTranscription?.text;
    if (transcript && !this.#answersInText) parts.push({ text: transcript });
    for (const functionCall of functionCalls(message)) parts.push({ functionCall });
    return parts;
  }
}

/** Whether the model itself speaks or calls in a message; a transcript alone may come late. */
export function isFromModel(message: LiveMessage): boolean {
  return functionCalls(message).length > 0 || modelParts(message).some(isContentPart);
}

/** The calls of a message. */
export function functionCalls({ toolCall }: LiveMessage): NonNullable<GeminiPart['functionCall']>[] {
  return objectsOf(toolCall?.functionCalls);
}

function modelParts({ serverContent }: LiveMessage): GeminiPart[] {
  return objectsOf(serverContent?.modelTurn?.parts);
}

/** The objects of a list that came from the wire. */
function objectsOf<V extends object>(list: readonly V[] | null | undefined): V[] {
  return Array.isArray(list) ? (list as readonly V[]).filter(isObject) : [];
}

function contentOf(parts: readonly GeminiPart[]): GeminiCandidate {
  return parts.length === 0 ? {} : { content: { role: 'model', parts } };
}

function metadataOf({ groundingMetadata, urlContextMetadata }: LiveServerContent): GeminiCandidate {
  return { ...(groundingMetadata && { groundingMetadata }), ...(urlContextMetadata && { urlContextMetadata }) };
}

/** The token counts under the names of a reply. */
function replyUsage({ responseTokenCount, ...usage }: LiveUsage): GeminiUsage {
  return { ...usage, ...(responseTokenCount !== undefined && { candidatesTokenCount: responseTokenCount }) };
}
