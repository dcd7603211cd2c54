/** The limits of this server, all in one place. Choose yours by the memory and the quota that you have. */
export const limits = {
  /** The longest prompt, in UTF-16 units. */
  promptLength: 4_000,
  /** The most tokens that the model may write for one reply. */
  outputTokens: 8_192,

  /** The most replies that have not ended: of one page, of one address, and in the room. */
  openOfPage: 6,
  openOfAddress: 12,
  openInRoom: 24,
  /** The most requests to the model at once, and in a minute; the others wait in a queue, and their pages show the place. */
  requests: { concurrency: 8, requestsPerMinute: 120, perKey: { concurrency: 4, requestsPerMinute: 60 } },

  /** The most replies that are kept for late readers, and the memory of one, in bytes: 50 × 512 kB are 25 MB. */
  keptReplies: 50,
  replyBytes: 512 * 1024,

  /** The most sockets, in all and of one address. */
  sockets: 500,
  socketsOfAddress: 50,
  /** The longest message of a page, in bytes. */
  messageBytes: 32 * 1024,
  /** The bytes that wait in a socket above which nothing more is written to it. */
  waitingBytes: 64 * 1024,
} as const;
