import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ChatController } from './chat.controller.js';
import { GeminiErrorFilter } from './gemini-error.filter.js';
import { GeminiModule } from './gemini.module.js';

@Module({
  imports: [GeminiModule],
  controllers: [ChatController],
  providers: [{ provide: APP_FILTER, useClass: GeminiErrorFilter }],
})
export class AppModule {}
