/** Defines a property that logs do not show: loggers skip a property that is not enumerable, or print `[Getter]`. */
export function defineHidden(error: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(error, name, { get: () => value, configurable: true });
}
