import { Injectable } from '@nestjs/common';
import { Refusal } from '../security/refusal.js';

/** Bytes of all requests that are being read, wait in the queue or run: some five times as much memory. */
const maxBytes = Number(process.env['MEMORY_LIMIT'] ?? 32_000_000);

/** Counts the requests that the process holds, so that a flood is refused instead of ending the process. */
@Injectable()
export class MemoryService {
  private held = 0;

  /** Counts some bytes until the result is called. @throws Refusal - If the process holds too much already. */
  take(bytes: number): () => void {
    if (this.held + bytes > maxBytes) {
      throw new Refusal('The server is busy; try again later', { kind: 'overloaded', retryAfter: 5_000 });
    }
    this.held += bytes;
    let isHeld = true;
    return () => {
      if (isHeld) this.held -= bytes;
      isHeld = false;
    };
  }
}
