/** What a JSON text consists of, in the order in which it comes: a {@link JsonReader} calls these. */
export interface JsonEvents {
  /** An object or a list begins. */
  readonly open: (isObject: boolean) => void;
  /** The innermost object or list is whole. */
  readonly close: () => void;
  /** The name of the member whose value comes next. */
  readonly key: (name: string) => void;
  /** A string value begins. */
  readonly startText: () => void;
  /** More of it, never half a character where the other half may follow. */
  readonly text: (piece: string) => void;
  /** It is whole. */
  readonly endText: () => void;
  /** A number, `true`, `false` or `null`. */
  readonly scalar: (value: number | boolean | null) => void;
}
