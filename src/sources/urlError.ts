import { isErrorLike } from '../errors/errorLike.js';
import { GeminiError } from '../errors/geminiError.js';

/**
 * The error of a URL that cannot be fetched; undefined if the failure has another reason.
 *
 * The URL is not quoted, because it may hold a secret.
 */
export function urlError(input: string | URL, cause: unknown): GeminiError | undefined {
  const message = sentenceFor(String(input), messagesOf(cause));
  return message === undefined ? undefined : new GeminiError(message, { kind: 'invalid_request' });
}

function sentenceFor(url: string, messages: string): string | undefined {
  if (isAbsolute(url)) {
    if (/credentials/i.test(messages))
      return 'The URL has a user name or a password, which `fetch` refuses: send them in a header instead';
    return /\bscheme\b|not implemented/i.test(messages) ? 'The URL has a scheme that cannot be fetched' : undefined;
  }
  // A page resolves a path by its own address. In a test, there may be a page of which `fetch` does not know.
  const hasPage = (globalThis as { readonly location?: unknown }).location !== undefined;
  if (hasPage && !/\burl\b/i.test(messages)) return undefined;
  if (/^\s*[a-z][a-z\d+.-]*:/i.test(url)) return 'The URL is not valid';
  return (
    'The URL is relative, and there is no page that it could be relative to, as in server-side rendering (SSR): ' +
    'give an absolute URL, or subscribe in the browser only'
  );
}

function isAbsolute(url: string): boolean {
  try {
    new URL(url);
    return true;
  } catch {
    return false;
  }
}

function messagesOf(cause: unknown): string {
  if (!isErrorLike(cause)) return '';
  return isErrorLike(cause.cause) ? `${cause.message} ${cause.cause.message}` : cause.message;
}
