import { GoogleGenAI } from '@google/genai';
import { Body, Controller, HttpCode, Query, RequestMethod, Sse } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { fromGemini, protectReply, toSse, type ReplySseMessage } from 'rxjs-gemini';

const model = 'gemini-2.5-flash';

@Controller('api/replies')
export class SseController {
  constructor(private readonly ai: GoogleGenAI) {}

  // For `EventSource`, and for `fromSse('/api/replies?prompt=…')`
  @Sse()
  events(@Query('prompt') prompt: string): Observable<ReplySseMessage> {
    return fromGemini(this.ai, { model, contents: prompt }).pipe(protectReply({ retry: {} }), toSse());
  }

  // For `fromSse('/api/replies', { json: { prompt } })`
  @Sse('', { method: RequestMethod.POST })
  @HttpCode(200)
  ask(@Body() { prompt }: { readonly prompt: string }): Observable<ReplySseMessage> {
    return fromGemini(this.ai, { model, contents: prompt }).pipe(protectReply({ retry: {} }), toSse());
  }
}
