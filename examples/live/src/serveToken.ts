import type { GoogleGenAI } from '@google/genai';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpStatusOf, publicError, readJsonText } from 'rxjs-gemini';
import { createToken } from './createToken.js';
import { isForUs, isFromOurPage } from './isAllowed.js';
import { limits } from './limits.js';
import { config, model } from './session.js';
import type { TokenBudget } from './tokenBudget.js';

const headers = { 'Cache-Control': 'no-store', 'Content-Type': 'application/json' };

/** The parts of the server that answer for a token. */
export interface TokenService {
  readonly ai: GoogleGenAI;
  readonly budget: TokenBudget;
  /** The address of the service; absent for Gemini's own. */
  readonly baseUrl: string | undefined;
}

/** Answers a page of ours with a token and the session that the token opens. The key stays here. */
export async function serveToken(
  request: IncomingMessage,
  response: ServerResponse,
  { ai, budget, baseUrl }: TokenService,
): Promise<void> {
  if (!isForUs(request) || !isFromOurPage(request)) return void response.writeHead(403).end();
  if (request.method !== 'POST') return void response.writeHead(405, { Allow: 'POST' }).end();
  try {
    // Only JSON is read: the form of another site cannot send it without asking.
    await readJsonText(request, { maxBytes: limits.bodyBytes });
    // Behind a proxy, this is the proxy's: take the address from the header that your proxy sets.
    budget.spend(request.socket.remoteAddress ?? '');
    const token = await createToken(ai);
    response.writeHead(200, headers).end(JSON.stringify({ token, model, config, baseUrl }));
  } catch (cause) {
    // The sentence of the kind, never the words of the service, which may quote the request.
    const error = publicError(cause);
    const { retryAfter } = error;
    const wait = retryAfter === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfter / 1_000)) };
    response.writeHead(httpStatusOf(cause), { ...headers, ...wait }).end(JSON.stringify({ error }));
  }
}
