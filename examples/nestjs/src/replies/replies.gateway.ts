import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { WebSocketGateway, WebSocketServer, type OnGatewayConnection } from '@nestjs/websockets';
import { defer, finalize, mergeAll, type Observable } from 'rxjs';
import { GeminiError, serveWebSocket, type GeminiChunk } from 'rxjs-gemini';
import type { Server, WebSocket } from 'ws';
import { z } from 'zod';
import { allClosed } from '../shutdown/all-closed.js';
import { askSchema, contentsOfAsk } from './ask.js';
import { ownerOf } from './owner.js';
import { RepliesService } from './replies.service.js';

/** A new question, or a reply that somebody else asked for. */
const messageSchema = z.union([z.object({ watch: z.uuid() }), askSchema]);

/** The time that a client has to close its socket, in ms. */
const goodbye = 1_000;

/** Many replies over one socket; `serveWebSocket` documents the messages. */
@WebSocketGateway({ path: '/ws', maxPayload: 10 * 1024 * 1024 })
export class RepliesGateway implements OnGatewayConnection<WebSocket>, BeforeApplicationShutdown {
  @WebSocketServer()
  private readonly server!: Server;

  constructor(private readonly replies: RepliesService) {}

  handleConnection(socket: WebSocket, { headers }: IncomingMessage): void {
    const owner = ownerOf(headers);
    void serveWebSocket(socket, (message, after) => this.answer(message, owner, after), { annotations: true });
  }

  /** Nest will cut the connections off; the clients are told first. */
  async beforeApplicationShutdown(): Promise<void> {
    const sockets = [...this.server.clients];
    for (const socket of sockets) socket.close(1001, 'The server is shutting down');
    await allClosed(sockets, goodbye);
  }

  /** A reply that a client has asked for here stops when the client cancels it or disconnects. */
  private answer(message: unknown, owner: string, after: string | undefined): Observable<GeminiChunk> {
    const { data, error } = messageSchema.safeParse(message);
    if (!data) throw new GeminiError(z.prettifyError(error), { kind: 'invalid_request' });
    if ('watch' in data) return this.replies.follow({ id: data.watch, owner, after });
    const reader = { id: data.id ?? randomUUID(), owner, after };
    return defer(() => this.replies.create(contentsOfAsk(data), reader)).pipe(
      mergeAll(),
      finalize(() => this.replies.leave(reader)),
    );
  }
}
