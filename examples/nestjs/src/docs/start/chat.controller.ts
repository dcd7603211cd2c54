import { GoogleGenAI } from '@google/genai';
import { Body, Controller, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { answerContents, pipeToServerResponse, protectReply, readChatRequest } from 'rxjs-gemini';

const model = 'gemini-2.5-flash';

@Controller('api/chat')
export class ChatController {
  constructor(private readonly ai: GoogleGenAI) {}

  // A wrong body throws a GeminiError here, and the filter answers with 400.
  @Post()
  chat(@Body() body: unknown, @Res() response: Response): void {
    const pipe = protectReply({ timeout: { first: 12_000 }, retry: { count: 1, maxDelay: 2_000 } });
    const reply$ = answerContents(this.ai, { ...readChatRequest(body), model, pipe });
    void pipeToServerResponse(reply$, response, { waitForFirst: true, waitAtMost: 30_000 });
  }
}
