import {
  GeminiError,
  httpStatusOf,
  isGeminiError,
  readChatRequest,
  toSseResponse,
  type GeminiContent,
} from 'rxjs-gemini';
import { contentsFromUiMessages, uiMessageStream } from 'rxjs-gemini/ai-sdk';
import { answerChat } from '../../../gemini/answerChat';
import { readJson, refuse } from '../../../gemini/requestBody';

const mostMessages = 200;
const longestPrompt = 10_000;
const limits = { maxLength: 150_000 };

/** Adds the reason why a reply ended, which `useChat` does not tell. */
const format = uiMessageStream({
  messageMetadata: ({ candidates }) => {
    const finishReason = candidates?.[0]?.finishReason;
    return finishReason && { finishReason };
  },
});

export async function POST(request: Request): Promise<Response> {
  const body = await readJson(request);
  if (body instanceof Response) return body;
  try {
    return toSseResponse(answerChat(contentsIn(body)), { format, request });
  } catch (error) {
    if (!isGeminiError(error)) throw error;
    return refuse(
      httpStatusOf(error),
      error.kind,
      'Expected the messages of useChat, within the limits of this server',
    );
  }
}

/** The history is the user's word: also the outputs of tools in it. */
function contentsIn(body: unknown): GeminiContent[] {
  if (typeof body !== 'object' || body === null || !('messages' in body) || !Array.isArray(body.messages)) {
    throw new GeminiError('Expected { messages }', { kind: 'invalid_request' });
  }
  if (body.messages.length > mostMessages) throw new GeminiError('Too many messages', { kind: 'overflow' });
  const { contents } = readChatRequest({ contents: contentsFromUiMessages(body.messages) }, limits);
  const prompt = contents.at(-1)?.parts ?? [];
  if (prompt.reduce((length, { text = '' }) => length + text.length, 0) <= longestPrompt) return contents;
  throw new GeminiError('The prompt is too long', { kind: 'overflow' });
}
