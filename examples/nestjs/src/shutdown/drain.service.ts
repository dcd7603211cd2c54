import type { Server, ServerResponse } from 'node:http';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { allClosed } from './all-closed.js';

/** The time that a slow reader has for the end of its reply, in ms. */
const limit = 5_000;

/**
 * Lets the open responses end, before Nest closes all connections (`forceCloseConnections`). Without that it would wait
 * for connections that are kept alive, or that a browser has opened in advance.
 */
@Injectable()
export class DrainService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly open = new Set<ServerResponse>();

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    const server: Server = this.adapterHost.httpAdapter.getHttpServer();
    server.on('request', (_, response) => {
      this.open.add(response);
      response.once('close', () => this.open.delete(response));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await allClosed(this.open, limit);
  }
}
