import type { ApiErrorBody } from './apiError.js';
import { toBytes } from './bytes.js';
import { toCodedError } from './interactions/codedError.js';
import type { OpenExchange } from './openExchange.js';

/** Answers with a JSON body. */
export function sendJson({ connection, record, signal }: OpenExchange, body: object, status = 200): void {
  if (signal.aborted) return;
  const bytes = toBytes(`${JSON.stringify(body, null, 2)}\n`);
  record.status = status;
  record.bytesSent = bytes.length;
  connection.setHeader('content-type', 'application/json; charset=UTF-8');
  connection.setHeader('content-length', String(bytes.length));
  connection.sendHead(status);
  connection.end(bytes);
}

/** Answers with an error, in a list if a success would be a list, and in the form of the API. */
export function sendError(exchange: OpenExchange, error: ApiErrorBody): void {
  if (exchange.route?.action.endsWith('Interaction')) {
    const { body, status } = toCodedError(error);
    sendJson(exchange, body, status);
    return;
  }
  sendJson(exchange, isListAnswer(exchange) ? [error] : error, error.error.code);
}

/** Whether the answer is a JSON list: a stream without `alt=sse`. */
export function isListAnswer({ route }: OpenExchange): boolean {
  return route?.action === 'streamGenerateContent' && !wantsEvents(route.query);
}

function wantsEvents(query: URLSearchParams): boolean {
  return (query.get('alt') ?? query.get('$alt')) === 'sse';
}
