import { isGeminiError, toSseResponse, type GeminiContent } from 'rxjs-gemini';
import { contentsFromUiMessages, uiMessageStream } from 'rxjs-gemini/ai-sdk';
import { answerChat } from '../../../gemini/answerChat';

const longestBody = 200_000;

export async function POST(request: Request): Promise<Response> {
  // A page of somebody else can send a form or plain text here, but not this.
  if (request.headers.get('Content-Type') !== 'application/json') return new Response('Expected JSON', { status: 415 });
  const contents = contentsIn(await request.text());
  if (!contents) return new Response('Expected the messages of useChat', { status: 400 });
  return toSseResponse(answerChat(contents), { format: uiMessageStream(), request });
}

/** The history is the user's word: also the outputs of tools in it. */
function contentsIn(body: string): GeminiContent[] | undefined {
  if (body.length > longestBody) return undefined;
  try {
    const { messages } = JSON.parse(body);
    return contentsFromUiMessages(messages);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || isGeminiError(error)) return undefined;
    throw error;
  }
}
