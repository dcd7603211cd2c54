import type { Subscriber } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { errorFromBody } from '../errors/apiFailure.js';
import { findErrorBody } from '../errors/findErrorBody.js';
import { retryAfterOf } from '../errors/retryAfterOf.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { depthError, isValueTooDeep } from '../errors/jsonDepth.js';
import { EventReader } from '../sources/eventReader.js';
import { geminiEvent } from '../sources/geminiEvent.js';
import { parseUntrustedJson } from '../sources/parseUntrustedJson.js';
import { responseContent, type ResponseContent } from '../sources/responseContent.js';

/** A recorded HTTP exchange. @public */
export interface RecordedExchange {
  /** The response. */
  readonly response: {
    /** The HTTP status. @defaultValue 200 */
    readonly status?: number | undefined;
    /** The headers. */
    readonly headers?: Readonly<Record<string, string>> | undefined;
    /** The body as sent over the wire, or its JSON. */
    readonly body?: unknown;
  };
}

/** Plays a recorded response of `streamGenerateContent`, as events or as a list, or of `generateContent`. */
export function playExchange({ response }: RecordedExchange, destination: Subscriber<GeminiChunk>): void {
  const { status = 200, headers = {}, body = '' } = response;
  const emit = (chunk: GeminiChunk) => {
    if (!destination.closed) destination.next(chunk);
  };
  try {
    if (isValueTooDeep(body)) throw depthError('The recorded response');
    const json = typeof body === 'string' ? parseUntrustedJson(body) : body;
    if (status >= 400) {
      throw errorFromBody(findErrorBody(json) ?? {}, { status, retryAfter: retryAfterOf(new Headers(headers)) });
    }
    if (json === undefined) playEvents(String(body), emit);
    else for (const each of [json].flat()) emitContent(responseContent(each), emit);
    destination.complete();
  } catch (cause) {
    destination.error(toGeminiError(cause));
  }
}

function playEvents(body: string, onChunk: (chunk: GeminiChunk) => void): void {
  const events = new EventReader({
    onEvent(event) {
      emitContent(geminiEvent(event), onChunk);
    },
  });
  events.feed(body);
  events.end();
}

function emitContent({ chunk, error }: ResponseContent, onChunk: (chunk: GeminiChunk) => void): void {
  if (chunk) onChunk(chunk);
  if (error) throw error;
}
