import { randomUUID } from 'node:crypto';
import { Body, Controller, Headers, Post, Query } from '@nestjs/common';
import { finalize } from 'rxjs';
import type { GeminiContent } from 'rxjs-gemini';
import { FromVisitor, type Visitor } from '../session/visitor.decorator.js';
import { ChatContentsPipe } from './chat-contents.pipe.js';
import { privateEvents } from './private-events.js';
import { RepliesService } from './replies.service.js';
import { ReplyIdPipe } from './reply-id.pipe.js';

/** The server of a browser's `createChat`. */
@Controller('chat')
export class ChatController {
  constructor(private readonly replies: RepliesService) {}

  /**
   * From 12.4 on, Nest sends a web `Response` that a handler returns, at the reader's pace. With an `id`, the other tabs
   * of the browser can watch the reply; it stops when the chat disconnects, as its stop button does.
   */
  @Post()
  async chat(
    @Body(ChatContentsPipe) contents: GeminiContent[],
    @FromVisitor() visitor: Visitor,
    @Headers('last-event-id') after: string | undefined,
    @Query('id', ReplyIdPipe) id: string = randomUUID(),
  ): Promise<Response> {
    const reader = { id, after, ...visitor };
    const chunks$ = await this.replies.create(contents, reader);
    return privateEvents(chunks$.pipe(finalize(() => this.replies.leave(reader))));
  }
}
