/** The limits of this server, all in one place. Choose yours by the money that a session may cost. */
export const limits = {
  /** The most tokens in a minute: of one address, and in all. Each token opens one session. */
  tokensOfAddress: Number(process.env['ADDRESS_LIMIT'] ?? 10),
  tokens: 60,
  /** The time until a session must have begun, and until it must have ended, in ms. */
  beginWithin: 60_000,
  endWithin: 15 * 60_000,
  /** The longest body of a request, in bytes. */
  bodyBytes: 1_000,
};
