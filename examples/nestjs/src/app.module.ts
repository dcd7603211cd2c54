import { Module } from '@nestjs/common';
import { RepliesModule } from './replies/replies.module.js';
import { DrainService } from './shutdown/drain.service.js';
import { StatusModule } from './status/status.module.js';

@Module({ imports: [RepliesModule, StatusModule], providers: [DrainService] })
export class AppModule {}
