import { randomUUID } from 'node:crypto';
import { Body, Controller, Headers, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { finalize } from 'rxjs';
import { readChatRequest, toSseResponse } from 'rxjs-gemini';
import { Owner } from './owner.js';
import { RepliesService } from './replies.service.js';

/** The server of a browser's `createChat`. */
@Controller('chat')
export class ChatController {
  constructor(private readonly replies: RepliesService) {}

  /**
   * From 12.4 on, Nest sends a web `Response` that a handler returns, at the reader's pace. With an `id`, others can
   * watch the reply; it stops when the chat disconnects, as its stop button does.
   */
  @Post()
  async chat(
    @Body() body: unknown,
    @Owner() owner: string,
    @Headers('last-event-id') after: string | undefined,
    @Query('id', new ParseUUIDPipe({ optional: true })) id: string = randomUUID(),
  ): Promise<Response> {
    const { contents } = readChatRequest(body);
    const chunks$ = await this.replies.create(contents, { id, owner, after });
    return toSseResponse(chunks$.pipe(finalize(() => this.replies.leave({ id, owner }))), { annotations: true });
  }
}
