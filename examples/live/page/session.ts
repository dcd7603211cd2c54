import { GoogleGenAI, type LiveConnectConfig } from '@google/genai';
import { switchMap, type Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { fromLive, type LiveInput, type LiveMessage } from 'rxjs-gemini';
import { TokenError } from './tokenError.js';

/** A token, and the session that it opens. */
interface Grant {
  readonly token: string;
  readonly model: string;
  readonly config: LiveConnectConfig;
  readonly baseUrl?: string;
}

/**
 * Opens a session on subscription, with a token of our server; unsubscribing closes it.
 *
 * @param input - Makes the input from the messages; subscribed once the session is set up, and left with it.
 */
export function session(input: (messages$: Observable<LiveMessage>) => Observable<LiveInput>): Observable<LiveMessage> {
  return grant().pipe(
    switchMap(({ token, model, config, baseUrl }) => {
      const httpOptions = { apiVersion: 'v1alpha', ...(baseUrl !== undefined && { baseUrl }) };
      return fromLive(new GoogleGenAI({ apiKey: token, httpOptions }), { model, config }, input);
    }),
  );
}

function grant(): Observable<Grant> {
  return fromFetch('token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
    selector: async (response) => {
      if (!response.ok) throw await TokenError.from(response);
      return (await response.json()) as Grant;
    },
  });
}
