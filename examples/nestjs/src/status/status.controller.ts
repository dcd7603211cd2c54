import { Controller, Get } from '@nestjs/common';
import { RepliesService } from '../replies/replies.service.js';
import { MetricsService } from './metrics.service.js';

@Controller()
export class StatusController {
  constructor(
    private readonly replies: RepliesService,
    private readonly metrics: MetricsService,
  ) {}

  @Get('health')
  health() {
    return { status: 'ok', uptime: Math.round(process.uptime()), running: this.replies.runningCount };
  }

  @Get('metrics')
  sums() {
    return this.metrics.read();
  }
}
