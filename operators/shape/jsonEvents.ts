/** Callbacks of a {@link JsonReader}, called for each part of a JSON value in the order of the text. */
export interface JsonEvents {
  /** An object or a list begins. */
  readonly open: (isObject: boolean) => void;
  /** The innermost object or list is whole. */
  readonly close: () => void;
  /** The name of the member whose value comes next. */
  readonly key: (name: string) => void;
  /** A string value begins. */
  readonly startText: () => void;
  /** The next piece of the open string; never ends inside a surrogate pair that may be completed. */
  readonly text: (piece: string) => void;
  /** The open string is whole. */
  readonly endText: () => void;
  /** A number, `true`, `false` or `null` is whole. */
  readonly scalar: (value: number | boolean | null) => void;
}
