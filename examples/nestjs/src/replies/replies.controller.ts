import { randomUUID } from 'node:crypto';
import { Body, Controller, Delete, Get, Headers, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import type { Response as ServerResponse } from 'express';
import { pipeToServerResponse, type RunningReply } from 'rxjs-gemini';
import { FromVisitor, type Visitor } from '../session/visitor.decorator.js';
import { askSchema, contentsOfAsk, type Ask } from './ask.js';
import { privateEvents } from './private-events.js';
import { RepliesService } from './replies.service.js';
import { ReplyIdPipe } from './reply-id.pipe.js';

/** Only a POST asks the model: any page can make a browser send a GET. */
@Controller('replies')
export class RepliesController {
  constructor(private readonly replies: RepliesService) {}

  /** Asks the model and streams its reply, or the rest of it to a reader whose connection broke. */
  @Post()
  async create(
    @Body({ schema: askSchema }) ask: Ask,
    @FromVisitor() visitor: Visitor,
    @Headers('last-event-id') after: string | undefined,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const id = ask.id ?? randomUUID();
    const chunks$ = await this.replies.create(contentsOfAsk(ask), { id, after, ...visitor });
    response.setHeader('Reply-Id', id);
    await pipeToServerResponse(chunks$, response, { annotations: true });
  }

  /** The replies of a visitor that are running, on all servers. */
  @Get()
  list(@FromVisitor() visitor: Visitor): Promise<readonly RunningReply[]> {
    return this.replies.list(visitor);
  }

  /** The same reply for another tab of its owner: the missed part as one chunk, then the rest live. */
  @Get(':id/events')
  events(
    @Param('id', ReplyIdPipe) id: string,
    @FromVisitor() visitor: Visitor,
    @Headers('last-event-id') after: string | undefined,
  ): Promise<Response> {
    return privateEvents(this.replies.follow({ id, after, ...visitor }), { waitForFirst: true });
  }

  /** Cancels the reply for all its readers. */
  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  cancel(@Param('id', ReplyIdPipe) id: string, @FromVisitor() visitor: Visitor): Promise<void> {
    return this.replies.cancel({ id, ...visitor });
  }
}
