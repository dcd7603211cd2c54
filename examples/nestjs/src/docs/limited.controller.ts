import { GoogleGenAI } from '@google/genai';
import { Body, Controller, Injectable, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { answerContents, createRateLimiter, pipeToServerResponse, protectReply, readChatRequest } from 'rxjs-gemini';

/** One for the whole server: it counts the requests of each user. */
@Injectable()
export class UserLimiter {
  readonly #limiter = createRateLimiter({ perKey: { requestsPerMinute: 10, maxQueued: 0 } });

  limit(user: string) {
    return this.#limiter.limit({ key: user });
  }
}

@Controller('api/limited')
export class LimitedController {
  constructor(
    private readonly ai: GoogleGenAI,
    private readonly limiter: UserLimiter,
  ) {}

  @Post()
  chat(@Body() body: unknown, @Req() request: Request, @Res() response: Response): void {
    const pipe = protectReply({ timeout: { first: 12_000 }, limit: this.limiter.limit(userOf(request)) });
    const reply$ = answerContents(this.ai, { ...readChatRequest(body), model: 'gemini-2.5-flash', pipe });
    void pipeToServerResponse(reply$, response, { waitForFirst: true });
  }
}

/** The id that your guard has set from the session; never a field of the body, which a client chooses. */
function userOf(request: Request & { readonly user?: { readonly id: string } }): string {
  return request.user?.id ?? request.ip ?? 'unknown';
}
