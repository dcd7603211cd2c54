import { randomUUID } from 'node:crypto';
import { GoogleGenAI } from '@google/genai';
import { Body, Controller, Headers, HttpCode, Param, Post, RequestMethod, Sse } from '@nestjs/common';
import type { Observable } from 'rxjs';
import {
  createReplies,
  fromGemini,
  protectReply,
  toSse,
  type GeminiChunk,
  type Replies,
  type ReplySseMessage,
} from 'rxjs-gemini';

const model = 'gemini-2.5-flash';

@Controller('api/replies')
export class SseController {
  // With `owner`, only the user who asked can follow the reply.
  private readonly replies: Replies = createReplies();

  constructor(private readonly ai: GoogleGenAI) {}

  // For `fromSse('/api/replies', { json: { prompt } })`
  @Sse('', { method: RequestMethod.POST })
  @HttpCode(200)
  ask(@Body() { prompt }: { readonly prompt: string }): Observable<ReplySseMessage> {
    return this.reply(prompt).pipe(toSse());
  }

  // For `EventSource`, which can only GET: a POST asks the model, and returns the id of its reply.
  @Post('start')
  async start(@Body() { prompt }: { readonly prompt: string }): Promise<{ id: string }> {
    const id = randomUUID();
    await this.replies.start(id, this.reply(prompt));
    return { id };
  }

  // `new EventSource('/api/replies/' + id)`
  @Sse(':id')
  events(@Param('id') id: string, @Headers('last-event-id') after?: string): Observable<ReplySseMessage> {
    return this.replies.follow(id, { after }).pipe(toSse());
  }

  private reply(prompt: string): Observable<GeminiChunk> {
    return fromGemini(this.ai, { model, contents: prompt }).pipe(protectReply({ retry: {} }));
  }
}
