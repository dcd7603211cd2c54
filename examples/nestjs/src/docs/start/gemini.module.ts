import { GoogleGenAI } from '@google/genai';
import { Module } from '@nestjs/common';
import { emulatorFetch } from 'rxjs-gemini/emulator-fetch';

@Module({
  providers: [
    {
      provide: GoogleGenAI,
      useFactory: () =>
        new GoogleGenAI({
          apiKey: process.env['GEMINI_API_KEY'] ?? 'none',
          httpOptions: { fetch: emulatorFetch() }, // with a key, replace emulatorFetch() by fetch
        }),
    },
  ],
  exports: [GoogleGenAI],
})
export class GeminiModule {}
