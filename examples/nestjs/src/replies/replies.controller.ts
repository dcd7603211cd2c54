import { randomUUID } from 'node:crypto';
import { Body, Controller, Delete, Get, Headers, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import type { Response as ServerResponse } from 'express';
import { pipeToServerResponse, toSseResponse, type RunningReply } from 'rxjs-gemini';
import { askSchema, contentsOfAsk, type Ask } from './ask.js';
import { Owner } from './owner.js';
import { RepliesService } from './replies.service.js';

@Controller('replies')
export class RepliesController {
  constructor(private readonly replies: RepliesService) {}

  /** Asks the model and streams its reply, or the rest of it to a reader whose connection broke. */
  @Post()
  async create(
    @Body({ schema: askSchema }) ask: Ask,
    @Owner() owner: string,
    @Headers('last-event-id') after: string | undefined,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const id = ask.id ?? randomUUID();
    const chunks$ = await this.replies.create(contentsOfAsk(ask), { id, owner, after });
    response.setHeader('Reply-Id', id);
    await pipeToServerResponse(chunks$, response, { annotations: true });
  }

  /** The replies of a user that are running, on all servers. */
  @Get()
  list(@Owner() owner: string): Promise<readonly RunningReply[]> {
    return this.replies.list(owner);
  }

  /** The same reply for another reader: the missed part as one chunk, then the rest live. */
  @Get(':id/events')
  events(
    @Param('id') id: string,
    @Owner() owner: string,
    @Headers('last-event-id') after: string | undefined,
  ): Promise<Response> {
    return toSseResponse(this.replies.follow({ id, owner, after }), { annotations: true, waitForFirst: true });
  }

  /** Cancels the reply for all its readers. */
  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  cancel(@Param('id') id: string, @Owner() owner: string): Promise<void> {
    return this.replies.cancel({ id, owner });
  }
}
