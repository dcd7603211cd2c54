import { diag } from '@opentelemetry/api';

/**
 * Runs what a tracer or a meter may throw from (a sampler, a processor): that costs the telemetry, not the reply.
 * OpenTelemetry's own logger hears of it, as of all that goes wrong within it.
 */
export function safely<R>(record: () => R): R | undefined {
  try {
    return record();
  } catch (cause) {
    diag.error('rxjs-gemini: the telemetry of a reply is not whole', cause);
    return undefined;
  }
}
