/**
 * The type of a value whose beginning has arrived: members and elements may be missing, strings may grow.
 *
 * @public
 */
export type DeepPartial<T> = unknown extends T
  ? T
  : T extends string
    ? string
    : T extends readonly unknown[]
      ? number extends T['length']
        ? readonly DeepPartial<T[number]>[]
        : { readonly [K in keyof T]?: DeepPartial<T[K]> }
      : T extends object
        ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
        : T;
