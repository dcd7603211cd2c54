import { Injectable, type NestMiddleware } from '@nestjs/common';
import { json, type NextFunction, type Request, type Response } from 'express';
import { Refusal } from '../security/refusal.js';
import { limits } from './limits.js';
import { MemoryService } from './memory.service.js';

/**
 * Reads JSON only: a form or a text of a foreign page needs no permission of CORS. A compressed body is refused, because
 * its size is not known before.
 */
@Injectable()
export class JsonBodyMiddleware implements NestMiddleware {
  private readonly read = json({ limit: limits.body, inflate: false });

  constructor(private readonly memory: MemoryService) {}

  use(request: Request, response: Response, next: NextFunction): void {
    const { 'content-type': type = '', 'content-length': length } = request.headers;
    const hasBody = Number(length ?? 0) > 0 || 'transfer-encoding' in request.headers;
    if (request.method !== 'POST' && !hasBody) return next();
    if (!/^application\/json\s*(;|$)/i.test(type)) {
      throw new Refusal('Send the body as `application/json`', { httpStatus: 415 });
    }
    const release = this.memory.take(Math.min(Number(length ?? limits.body), limits.body));
    request.once('close', release);
    this.read(request, response, (error?: unknown) => {
      // The service of the replies counts the request from here on.
      next(error === undefined ? undefined : refusalOf(error as BodyError));
      release();
    });
  }
}

/** An error of Express's parser; its message can quote the body. */
interface BodyError {
  readonly status?: number;
}

function refusalOf({ status }: BodyError): Refusal {
  if (status === 413) {
    return new Refusal(`The body has more than ${limits.body} bytes`, { kind: 'overflow' });
  }
  if (status === 415) return new Refusal('Send the body as UTF-8, and not compressed', { httpStatus: 415 });
  return new Refusal('The body is not JSON, or has ended early');
}
