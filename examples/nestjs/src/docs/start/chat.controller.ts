import { GoogleGenAI } from '@google/genai';
import { Body, Controller, Post, Query, Sse } from '@nestjs/common';
import { answerContents, fromGemini, protectReply, readChatRequest, toSse, toSseResponse } from 'rxjs-gemini';

const model = 'gemini-2.5-flash';

@Controller('api/chat')
export class ChatController {
  constructor(private readonly ai: GoogleGenAI) {}

  // A wrong body throws a GeminiError here, and the filter answers with 400.
  @Post()
  chat(@Body() body: unknown): Promise<Response> {
    const pipe = protectReply({ timeout: { first: 20_000 }, retry: {} });
    const reply$ = answerContents(this.ai, { ...readChatRequest(body), model, pipe });
    return toSseResponse(reply$, { waitForFirst: true });
  }

  // The same for an `EventSource`
  @Sse()
  ask(@Query('prompt') prompt: string) {
    return fromGemini(this.ai, { model, contents: prompt }).pipe(protectReply({ retry: {} }), toSse());
  }
}
