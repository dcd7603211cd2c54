import { Module } from '@nestjs/common';
import { RedisService } from './redis.service.js';

@Module({
  providers: [
    {
      provide: RedisService,
      useFactory: async () => {
        const redis = new RedisService();
        await redis.connect();
        return redis;
      },
    },
  ],
  exports: [RedisService],
})
export class RedisModule {}
