import { GeminiError } from 'rxjs-gemini';
import { limits } from './limits.js';

/** A message of a page. */
export type ClientMessage = { readonly ask: string } | { readonly watch: string } | { readonly stop: string };

/** Checks a message from outside. */
export function clientMessage(message: unknown): ClientMessage {
  if (typeof message === 'object' && message !== null) {
    if ('ask' in message && isPrompt(message.ask)) return { ask: message.ask.trim() };
    if ('watch' in message && typeof message.watch === 'string') return { watch: message.watch };
    if ('stop' in message && typeof message.stop === 'string') return { stop: message.stop };
  }
  throw new GeminiError('Expected { ask }, { watch } or { stop }', { kind: 'invalid_request' });
}

function isPrompt(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= limits.promptLength;
}
