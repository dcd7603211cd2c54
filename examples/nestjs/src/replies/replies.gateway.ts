import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { WebSocketGateway, WebSocketServer, type OnGatewayConnection, type OnGatewayInit } from '@nestjs/websockets';
import { defer, finalize, mergeAll, type Observable } from 'rxjs';
import { serveWebSocket, type GeminiChunk } from 'rxjs-gemini';
import type { Server, VerifyClientCallbackAsync, WebSocket } from 'ws';
import { z } from 'zod';
import { limits } from '../limits/limits.js';
import { foreignReason } from '../security/origins.js';
import { Refusal } from '../security/refusal.js';
import { sessionOf } from '../session/session.js';
import { visitorOf, type Visitor } from '../session/visitor.decorator.js';
import { allClosed } from '../shutdown/all-closed.js';
import { askSchema, contentsOfAsk, replyIdSchema } from './ask.js';
import { RepliesService } from './replies.service.js';

/** A new question, or a reply that another tab asked for. */
const messageSchema = z.union([z.object({ watch: replyIdSchema }), askSchema]);

/** The time that a client has to close its socket, in ms. */
const goodbye = 1_000;

/** Refuses the upgrade for a foreign page: no middleware runs before it. */
const verifyClient: VerifyClientCallbackAsync = ({ req }, answer) => {
  const reason = foreignReason(req);
  if (reason === undefined) answer(true);
  else answer(false, 403, reason);
};

/** Many replies over one socket; `serveWebSocket` documents the messages. */
@WebSocketGateway({ path: '/ws', maxPayload: limits.body, verifyClient })
export class RepliesGateway
  implements OnGatewayInit<Server>, OnGatewayConnection<WebSocket>, BeforeApplicationShutdown
{
  @WebSocketServer()
  private readonly server!: Server;

  constructor(private readonly replies: RepliesService) {}

  afterInit(server: Server): void {
    // The session of the upgrade, as the middleware gives it to the requests.
    server.on('headers', (headers: string[], request: IncomingMessage) => {
      const { newCookie } = sessionOf(request);
      if (newCookie !== undefined) headers.push(`Set-Cookie: ${newCookie}`);
    });
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const visitor = visitorOf(request);
    void serveWebSocket(socket, (message, after) => this.answer(message, visitor, after), {
      annotations: true,
      maxReplies: 4,
    });
  }

  /** Nest will cut the connections off; the clients are told first. */
  async beforeApplicationShutdown(): Promise<void> {
    const sockets = [...this.server.clients];
    for (const socket of sockets) socket.close(1001, 'The server is shutting down');
    await allClosed(sockets, goodbye);
  }

  /** A reply that a client has asked for here stops when the client cancels it or disconnects. */
  private answer(message: unknown, visitor: Visitor, after: string | undefined): Observable<GeminiChunk> {
    const { data } = messageSchema.safeParse(message);
    if (!data) throw new Refusal('The message is neither a question nor the id of a reply');
    if ('watch' in data) return this.replies.follow({ id: data.watch, after, ...visitor });
    const reader = { id: data.id ?? randomUUID(), after, ...visitor };
    return defer(() => this.replies.create(contentsOfAsk(data), reader)).pipe(
      mergeAll(),
      finalize(() => this.replies.leave(reader)),
    );
  }
}
