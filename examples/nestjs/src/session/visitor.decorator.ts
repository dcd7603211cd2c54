import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { addressOf } from '../security/address.js';
import { sessionOf } from './session.js';

/** The one who asks. */
export interface Visitor {
  /** To whom replies belong: only their owner can watch, list and stop them. */
  readonly owner: string;
  readonly address: string;
}

export function visitorOf(request: IncomingMessage): Visitor {
  return { owner: sessionOf(request).owner, address: addressOf(request) };
}

/** The parameter of a handler that is the visitor. */
export const FromVisitor = createParamDecorator((_: unknown, context: ExecutionContext) =>
  visitorOf(context.switchToHttp().getRequest<Request>()),
);
