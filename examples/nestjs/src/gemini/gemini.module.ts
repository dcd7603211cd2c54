import { GoogleGenAI } from '@google/genai';
import { Module } from '@nestjs/common';
import { RedisModule } from '../redis/redis.module.js';
import { EmulatorService } from './emulator.service.js';
import { GeminiService } from './gemini.service.js';

@Module({
  imports: [RedisModule],
  providers: [
    EmulatorService,
    GeminiService,
    {
      provide: GoogleGenAI,
      inject: [EmulatorService],
      useFactory: async (emulator: EmulatorService) => {
        const apiKey = process.env['GEMINI_API_KEY'] ?? process.env['GOOGLE_API_KEY'];
        if (apiKey) return new GoogleGenAI({ apiKey });
        return new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: await emulator.start() } });
      },
    },
  ],
  exports: [GeminiService],
})
export class GeminiModule {}
