import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { JsonBodyMiddleware } from './limits/json-body.middleware.js';
import { LimitsModule } from './limits/limits.module.js';
import { ChatController } from './replies/chat.controller.js';
import { RepliesController } from './replies/replies.controller.js';
import { RepliesModule } from './replies/replies.module.js';
import { ForeignRequestMiddleware } from './security/foreign-request.middleware.js';
import { SecurityHeadersMiddleware } from './security/security-headers.middleware.js';
import { SessionMiddleware } from './session/session.middleware.js';
import { DrainService } from './shutdown/drain.service.js';
import { StatusModule } from './status/status.module.js';

@Module({ imports: [LimitsModule, RepliesModule, StatusModule], providers: [DrainService] })
export class AppModule implements NestModule {
  /** In this order: a body is read only for those who may ask. */
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(SecurityHeadersMiddleware, ForeignRequestMiddleware, JsonBodyMiddleware)
      .forRoutes('{*splat}')
      .apply(SessionMiddleware)
      .forRoutes(ChatController, RepliesController);
  }
}
