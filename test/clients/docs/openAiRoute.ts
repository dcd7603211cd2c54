import { GoogleGenAI } from '@google/genai';
import { fromGemini, protectReply, toSseResponse } from 'rxjs-gemini';
import { openAiFormat } from '../openAiFormat.js';

const ai = new GoogleGenAI({ apiKey: process.env['GEMINI_API_KEY']! });

/** The part of a request that this route reads. */
interface CompletionRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}

/** `POST /v1/chat/completions` */
export async function POST(request: Request): Promise<Response> {
  const body = (await request.json()) as CompletionRequest;
  if (!body.stream) return Response.json({ error: { message: 'Expected `stream: true`' } }, { status: 400 });
  const contents = body.messages
    .filter(({ role }) => role === 'user' || role === 'assistant')
    .map(({ role, content }) => ({ role: role === 'user' ? 'user' : 'model', parts: [{ text: content }] }));
  const reply$ = fromGemini(ai, { model: body.model, contents }).pipe(protectReply({ retry: {} }));
  return toSseResponse(reply$, { format: openAiFormat(body), request });
}
