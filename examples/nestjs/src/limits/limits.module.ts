import { Module } from '@nestjs/common';
import { AddressLimiterService } from './address-limiter.service.js';
import { MemoryService } from './memory.service.js';

@Module({ providers: [AddressLimiterService, MemoryService], exports: [AddressLimiterService, MemoryService] })
export class LimitsModule {}
