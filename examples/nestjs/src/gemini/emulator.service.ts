import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { startEmulator, type Emulator } from 'rxjs-gemini/emulator';
import { answerOfEmulator } from './emulator.answers.js';

/** Stands in for Gemini where there is no API key. */
@Injectable()
export class EmulatorService implements OnApplicationShutdown {
  private readonly logger = new Logger(EmulatorService.name);
  private emulator: Emulator | undefined;

  async start(): Promise<string> {
    this.emulator = await startEmulator({ history: 10, reply: answerOfEmulator });
    this.logger.warn('No GEMINI_API_KEY: the replies come from an emulator, not from a model');
    return this.emulator.url;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.emulator?.close();
  }
}
