import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { foreignReason } from './origins.js';
import { Refusal } from './refusal.js';

/** Refuses the requests of foreign pages and hosts, also each GET, before their bodies are read. */
@Injectable()
export class ForeignRequestMiddleware implements NestMiddleware {
  use(request: Request, _: Response, next: NextFunction): void {
    const reason = foreignReason(request);
    if (reason !== undefined) throw new Refusal(reason, { kind: 'permission', httpStatus: 403 });
    next();
  }
}
