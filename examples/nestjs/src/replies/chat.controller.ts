import { Body, Controller, HttpCode, HttpStatus, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { toSseResponse } from 'rxjs-gemini';
import { chatSchema, type ChatBody } from './ask.js';
import { RepliesService } from './replies.service.js';

/** The server of a browser's `createChat`. */
@Controller('chat')
export class ChatController {
  constructor(private readonly replies: RepliesService) {}

  /** From 12.4 on, Nest sends a web `Response` that a handler returns, with backpressure; a reader may leave it. */
  @Post()
  @HttpCode(HttpStatus.OK)
  chat(
    @Body({ schema: chatSchema }) { contents }: ChatBody,
    @Query('id', new ParseUUIDPipe({ optional: true })) id?: string,
  ): Response {
    return toSseResponse(this.replies.create(contents, id).chunks$, { annotations: true });
  }
}
