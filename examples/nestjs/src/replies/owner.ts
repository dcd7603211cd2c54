import type { IncomingHttpHeaders } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** The user of a request. In place of your own authentication: anybody can send this header. */
export function ownerOf(headers: IncomingHttpHeaders): string {
  return headers['x-user']?.toString().slice(0, 100) || 'anonymous';
}

/** The parameter of a handler that is the user. */
export const Owner = createParamDecorator((_: unknown, context: ExecutionContext) =>
  ownerOf(context.switchToHttp().getRequest<Request>().headers),
);
