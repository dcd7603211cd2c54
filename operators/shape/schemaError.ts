import { defineHidden } from '../../src/errors/defineHidden.js';
import type { StandardIssue } from './standardSchema.js';

/** The refusal of a value by its schema: the `cause` of the `GeminiError`. @public */
export class SchemaError extends Error {
  /** The value that the model wrote. Not enumerable, so that loggers leave out the user's reply. */
  declare readonly value: unknown;
  /** The issues, in the words of the schema. Not enumerable, because some schemas quote the value in their issues. */
  declare readonly issues: readonly StandardIssue[];

  /**
   * @param message - A sentence.
   * @param value - The refused value.
   * @param issues - The issues of the value.
   */
  constructor(message: string, value: unknown, issues: readonly StandardIssue[]) {
    // Not in a static block: bundlers keep a class that has one, used or not.
    if (!Object.hasOwn(SchemaError.prototype, 'name')) {
      Object.defineProperty(SchemaError.prototype, 'name', {
        value: 'SchemaError',
        configurable: true,
        writable: true,
      });
    }
    super(message);
    defineHidden(this, 'value', value);
    defineHidden(this, 'issues', issues);
  }
}
