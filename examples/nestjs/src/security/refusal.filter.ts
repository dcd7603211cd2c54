import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { publicError } from 'rxjs-gemini';
import { Refusal } from './refusal.js';

/** Answers a refused request with its own sentence, in the form of all failures. */
@Catch(Refusal)
export class RefusalFilter implements ExceptionFilter<Refusal> {
  catch(refusal: Refusal, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const { httpStatus, message, retryAfter } = refusal;
    if (retryAfter !== undefined) response.set('Retry-After', String(Math.ceil(retryAfter / 1_000)));
    response.status(httpStatus).json({ error: { ...publicError(refusal), message } });
  }
}
