/**
 * A schema of any library that follows the Standard Schema specification, version 1: zod, valibot, arktype, …
 *
 * @see https://standardschema.dev
 * @public
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** What the specification adds to a schema. */
  readonly '~standard': {
    /** The version of the specification. */
    readonly version: 1;
    /** The library. */
    readonly vendor: string;
    /** Checks a value, at once or later. */
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** The types, which are never there at run time. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a {@link StandardSchema} says of a value: the value as it makes it, or what is wrong. @public */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

/** What is wrong in one place of a value. @public */
export interface StandardIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where: the names and indices that lead there, each as it is or as `key`. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
