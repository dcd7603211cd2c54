import { Injectable, type PipeTransform } from '@nestjs/common';
import { isGeminiError, readChatRequest, type GeminiContent } from 'rxjs-gemini';
import { limits } from '../limits/limits.js';
import { Refusal } from '../security/refusal.js';

/** The checked contents in the body of a browser's chat. */
@Injectable()
export class ChatContentsPipe implements PipeTransform<unknown, GeminiContent[]> {
  transform(body: unknown): GeminiContent[] {
    return readContents((body as { readonly contents?: unknown } | undefined)?.contents);
  }
}

/**
 * Checks the contents of a request: the roles, the kinds of their parts and the limits.
 *
 * @throws Refusal - If they are wrong. The sentence names the place, and quotes nothing.
 */
export function readContents(contents: unknown): GeminiContent[] {
  const read = checked(contents);
  const prompt = read.at(-1)?.parts.map(({ text = '' }) => text) ?? [];
  if (prompt.join('').length <= limits.prompt) return read;
  throw new Refusal(`The question has more than ${limits.prompt} characters`, { kind: 'overflow' });
}

function checked(contents: unknown): GeminiContent[] {
  try {
    return readChatRequest({ contents }, limits.request).contents;
  } catch (error) {
    if (!isGeminiError(error)) throw error;
    throw new Refusal(error.message, { kind: error.kind });
  }
}
