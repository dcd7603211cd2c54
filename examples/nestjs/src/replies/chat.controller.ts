import { Body, Controller, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { readChatRequest, toSseResponse } from 'rxjs-gemini';
import { RepliesService } from './replies.service.js';

/** The server of a browser's `createChat`. */
@Controller('chat')
export class ChatController {
  constructor(private readonly replies: RepliesService) {}

  /**
   * From 12.4 on, Nest sends a web `Response` that a handler returns, at the reader's pace. With an `id`, others can
   * watch the reply.
   */
  @Post()
  chat(@Body() body: unknown, @Query('id', new ParseUUIDPipe({ optional: true })) id?: string): Response {
    const { contents } = readChatRequest(body);
    return toSseResponse(this.replies.create(contents, id).chunks$, { annotations: true });
  }
}
