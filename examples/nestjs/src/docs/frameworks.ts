// The NestJS controllers of docs/frameworks.md, for `test/e2e/docs.e2e.test.ts`.
import { GoogleGenAI } from '@google/genai';
import { Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { ChatController } from './start/chat.controller.js';
import { GeminiErrorFilter } from './start/gemini-error.filter.js';
import { LimitedController, UserLimiter } from './limited.controller.js';
import { SseController } from './sse.controller.js';
import { SummaryController } from './summary.controller.js';

@Module({
  controllers: [ChatController, LimitedController, SseController, SummaryController],
  providers: [
    UserLimiter,
    { provide: GoogleGenAI, useFactory: () => new GoogleGenAI({}) },
    { provide: APP_FILTER, useClass: GeminiErrorFilter },
  ],
})
class FrameworksModule {}

const app = await NestFactory.create(FrameworksModule);
await app.listen(process.env['PORT'] ?? 3000);
