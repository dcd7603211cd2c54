import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** The headers of every response. The sinks replace `Cache-Control` in a stream of events. */
@Injectable()
export class SecurityHeadersMiddleware implements NestMiddleware {
  use(_: Request, response: Response, next: NextFunction): void {
    response.set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    });
    next();
  }
}
