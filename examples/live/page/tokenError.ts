/** The refusal of a token, in words for the person. */
export class TokenError extends Error {
  override readonly name = 'TokenError';

  /** The refusal that a response reports. */
  static async from(response: Response): Promise<TokenError> {
    const body = (await response.json().catch(() => undefined)) as { readonly error?: { readonly message?: string } };
    const wait = Number(response.headers.get('Retry-After'));
    const sentence = body?.error?.message ?? `The server answered with ${response.status}`;
    return new TokenError(wait > 0 ? `${sentence} (${wait} s).` : `${sentence}.`);
  }
}
