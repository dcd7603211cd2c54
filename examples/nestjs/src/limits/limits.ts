/** The limits of one request. A chat posts its whole history each time. */
export const limits = {
  /** Bytes of a body or a message of a WebSocket. Histories with images need more, such as `BODY_LIMIT=10000000`. */
  body: Number(process.env['BODY_LIMIT'] ?? 512_000),
  /** UTF-16 units of the newest question. */
  prompt: 20_000,
  /** The history with the question: turns, parts, UTF-16 units, and levels of the arguments of a call. */
  request: { maxContents: 200, maxParts: 1_000, maxLength: 300_000, maxDepth: 20 },
} as const;
