/** The fields of a chunk that the server sends. */
export interface Chunk {
  readonly text: string;
  readonly outputTokens?: number;
  readonly tokensPerSecond?: number;
  readonly timeToFirstText?: number;
  readonly queued?: { readonly position: number };
  readonly retrying?: { readonly delay: number; readonly kind: string };
  readonly resumed?: object;
  readonly finishReason?: string;
  readonly isCancelled?: true;
}

/** A failure of a reply, or the refusal of a message. */
export interface Failure {
  readonly kind: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** The news of the room. */
export interface News {
  readonly present: number;
  /** The replies of the room, oldest first; `prompt` and `isOver` only in the first news of each over a connection. */
  readonly asked: readonly { readonly id: string; readonly prompt?: string; readonly isOver?: boolean }[];
}

/** A message of the server. */
export interface ServerMessage {
  readonly news?: News;
  /** The name of the reply, as the page has chosen it. */
  readonly reply?: string;
  readonly event?: 'done' | 'error' | 'heartbeat';
  readonly data?: unknown;
}
