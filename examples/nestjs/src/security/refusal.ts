import { GeminiError, httpStatusOf, type GeminiErrorKind } from 'rxjs-gemini';

export interface RefusalInit {
  /** The kind of the failure for the client. */
  readonly kind?: GeminiErrorKind;
  /** The status of HTTP, if it is not that of the kind. */
  readonly httpStatus?: number;
  /** The wait before another attempt, in ms. */
  readonly retryAfter?: number;
}

/** A request that is refused, with a sentence for the client. The sentence quotes nothing of the request. */
export class Refusal extends GeminiError {
  readonly httpStatus: number;

  constructor(message: string, { kind = 'invalid_request', httpStatus, retryAfter }: RefusalInit = {}) {
    super(message, { kind, retryAfter });
    this.httpStatus = httpStatus ?? httpStatusOf(this);
  }
}
