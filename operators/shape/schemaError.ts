import { defineHidden } from '../../src/errors/defineHidden.js';
import type { StandardIssue } from './standardSchema.js';

/** Why a schema refused a value: the `cause` of the `GeminiError`. @public */
export class SchemaError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'SchemaError', configurable: true, writable: true });
  }

  /** The value, as the model wrote it. Not enumerable, so that loggers leave the user's reply out. */
  declare readonly value: unknown;
  /** All that is wrong with it, in the schema's words. Not enumerable: some schemas quote the value in their issues. */
  declare readonly issues: readonly StandardIssue[];

  /**
   * @param message - A sentence.
   * @param value - What was refused.
   * @param issues - Why.
   */
  constructor(message: string, value: unknown, issues: readonly StandardIssue[]) {
    super(message);
    defineHidden(this, 'value', value);
    defineHidden(this, 'issues', issues);
  }
}
