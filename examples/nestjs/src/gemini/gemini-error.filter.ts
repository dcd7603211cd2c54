import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { GeminiError, httpStatusOf, publicError } from 'rxjs-gemini';

/** Answers a failure that comes before the reply: with its status, when to try again, and a sentence for anybody. */
@Catch(GeminiError)
export class GeminiErrorFilter implements ExceptionFilter<GeminiError> {
  catch(error: GeminiError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const { retryAfter } = error;
    if (retryAfter !== undefined) response.set('Retry-After', String(Math.ceil(retryAfter / 1_000)));
    response.status(httpStatusOf(error)).json({ error: publicError(error) });
  }
}
