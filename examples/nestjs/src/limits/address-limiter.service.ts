import { Injectable } from '@nestjs/common';
import { lastValueFrom, of } from 'rxjs';
import { createRateLimiter } from 'rxjs-gemini';

/** Questions of one address in a minute: a stranger can open a new session for each, and not a new address. */
const requestsPerMinute = Number(process.env['ADDRESS_LIMIT'] ?? 30);

@Injectable()
export class AddressLimiterService {
  private readonly limiter = createRateLimiter({ perKey: { requestsPerMinute, maxQueued: 0 } });

  /** Counts a question. Rejects with kind `rate_limit`, and the time until the next one is allowed. */
  async admit(address: string): Promise<void> {
    await lastValueFrom(of({ text: '' }).pipe(this.limiter.limit({ key: address })));
  }
}
