import { Module } from '@nestjs/common';
import { RepliesModule } from '../replies/replies.module.js';
import { MetricsModule } from './metrics.module.js';
import { StatusController } from './status.controller.js';

@Module({ imports: [RepliesModule, MetricsModule], controllers: [StatusController] })
export class StatusModule {}
