import type { RateLimitStore } from '../../operators/protect/rateLimitStore.js';
import { RequestQueue } from '../../operators/protect/requestQueue.js';

/** A store in memory: limiters with it share nothing with other processes. */
export function memoryStore(): RateLimitStore {
  return { open: (settings) => new RequestQueue(settings, settings.perKey, settings.maxKeys) };
}
