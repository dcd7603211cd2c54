import { apiError, type ApiErrorBody } from './apiError.js';
import type { OpenExchange } from './openExchange.js';

/** Gemini's error for a request without the right key; `undefined` if the request may pass. */
export function keyError({ record, route }: OpenExchange, apiKey: string | undefined): ApiErrorBody | undefined {
  if (apiKey === undefined) return undefined;
  const { headers } = record;
  const token = /^Bearer\s+(.*)$/i.exec(headers['authorization'] ?? '')?.[1];
  const key = headers['x-goog-api-key'] ?? route?.query.get('key') ?? undefined;
  if (key === apiKey || token === apiKey) return undefined;
  if (key !== undefined && key !== '') return wrongKey;
  return token === undefined ? noKey : wrongToken;
}

const wrongKey = /* @__PURE__ */ apiError({
  code: 400,
  message: 'API key not valid. Please pass a valid API key.',
  reason: 'API_KEY_INVALID',
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
      locale: 'en-US',
      message: 'API key not valid. Please pass a valid API key.',
    },
  ],
});

const wrongToken = /* @__PURE__ */ apiError({
  code: 401,
  message:
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
    'authentication credential.',
  reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
});

const noKey = /* @__PURE__ */ apiError({
  code: 403,
  message:
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other " +
    'form of API consumer identity to call this API.',
});
