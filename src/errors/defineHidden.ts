/** Gives an error a property that no log shows: loggers skip what is not enumerable, or print `[Getter]` for it. */
export function defineHidden(error: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(error, name, { get: () => value, configurable: true });
}
