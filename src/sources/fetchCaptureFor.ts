import type { RequestConfig } from './client.js';
import { FetchCapture } from './fetchCapture.js';

/**
 * The capture for a client, if the `fetch` that it would use is known: the caller's, the client's own, or the global.
 * Without one (SDK 1.x, a stub) the SDK reads for itself.
 */
export function fetchCaptureFor(
  ai: object,
  config: RequestConfig | undefined,
  onRequest?: () => void,
): FetchCapture | undefined {
  const { httpOptions } = config ?? {};
  if (httpOptions?.fetch) return new FetchCapture(httpOptions.fetch, httpOptions, onRequest);
  const { models, apiClient = models?.apiClient } = ai as { models?: { apiClient?: ApiClient }; apiClient?: ApiClient };
  return apiClient?.getFetch && new FetchCapture(apiClient.getFetch(), httpOptions, onRequest);
}

/** What the SDK's client is to its parts; its own types call it private. */
interface ApiClient {
  getFetch?(): typeof fetch | undefined;
}
