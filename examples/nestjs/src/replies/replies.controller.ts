import {
  Body,
  ConflictException,
  Controller,
  Delete,
  Headers,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Res,
  Sse,
} from '@nestjs/common';
import type { Response } from 'express';
import type { Observable } from 'rxjs';
import { pipeToServerResponse, toSse, type ReplySseMessage } from 'rxjs-gemini';
import { askSchema, contentsOfAsk, type Ask } from './ask.js';
import { RepliesService } from './replies.service.js';

@Controller('replies')
export class RepliesController {
  constructor(private readonly replies: RepliesService) {}

  /**
   * Asks the model and streams its reply. `@Sse('', { method: RequestMethod.POST })` would do it too, without
   * backpressure.
   */
  @Post()
  async create(
    @Body({ schema: askSchema }) ask: Ask,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    refuseToResume(lastEventId);
    const { id, chunks$ } = this.replies.create(contentsOfAsk(ask), ask.id);
    response.setHeader('Reply-Id', id);
    await pipeToServerResponse(chunks$, response, { annotations: true });
  }

  /** The same reply for another reader: the missed part as one chunk, then the rest live. */
  @Sse(':id/events')
  events(
    @Param('id') id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): Observable<ReplySseMessage> {
    refuseToResume(lastEventId);
    return this.replies.find(id).chunks$.pipe(toSse({ annotations: true }));
  }

  /** Cancels the reply for all its readers. */
  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  cancel(@Param('id') id: string): void {
    this.replies.cancel(id);
  }
}

/**
 * A reader that comes back, as `EventSource` does by itself, has a part of the reply, and would get it again within the
 * chunk that a late reader missed; a `POST` would even ask the model once more.
 */
function refuseToResume(lastEventId: string | undefined): void {
  if (lastEventId !== undefined) throw new ConflictException('A reply is read from its beginning: GET its events anew');
}
