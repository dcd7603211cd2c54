import type { StandardIssue } from './standardSchema.js';

/** Why a schema refused a value: the `cause` of the `GeminiError`. @public */
export class SchemaError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'SchemaError', configurable: true, writable: true });
  }

  /** The value, as the model wrote it. */
  readonly value: unknown;
  /** All that is wrong with it, as the schema says it. */
  readonly issues: readonly StandardIssue[];

  /**
   * @param message - A sentence.
   * @param value - What was refused.
   * @param issues - Why.
   */
  constructor(message: string, value: unknown, issues: readonly StandardIssue[]) {
    super(message);
    this.value = value;
    this.issues = issues;
  }
}
