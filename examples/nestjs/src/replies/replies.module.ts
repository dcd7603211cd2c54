import { Module } from '@nestjs/common';
import { GeminiModule } from '../gemini/gemini.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { MetricsModule } from '../status/metrics.module.js';
import { ChatController } from './chat.controller.js';
import { RepliesController } from './replies.controller.js';
import { RepliesGateway } from './replies.gateway.js';
import { RepliesService } from './replies.service.js';

@Module({
  imports: [GeminiModule, LimitsModule, MetricsModule, RedisModule],
  controllers: [ChatController, RepliesController],
  providers: [RepliesService, RepliesGateway],
  exports: [RepliesService],
})
export class RepliesModule {}
