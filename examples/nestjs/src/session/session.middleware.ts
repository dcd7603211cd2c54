import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { sessionOf } from './session.js';

/** Gives a new visitor a cookie. */
@Injectable()
export class SessionMiddleware implements NestMiddleware {
  use(request: Request, response: Response, next: NextFunction): void {
    const { newCookie } = sessionOf(request);
    if (newCookie !== undefined) response.append('Set-Cookie', newCookie);
    next();
  }
}
