/**
 * A schema of any library that follows the Standard Schema specification, version 1: zod, valibot, arktype, …
 *
 * @see https://standardschema.dev
 * @public
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** The property that the specification adds to a schema. */
  readonly '~standard': {
    /** The version of the specification. */
    readonly version: 1;
    /** The name of the library. */
    readonly vendor: string;
    /** Checks a value, synchronously or asynchronously. */
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** The types; always absent at run time. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** The result of a {@link StandardSchema}: its output, or the issues of the value. @public */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

/** One issue of a value. @public */
export interface StandardIssue {
  /** The issue, in words. */
  readonly message: string;
  /** The path to the issue: names and indices, each bare or as the `key` of an object. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
