/** @throws TypeError - If an option of `reconnect` is passed outside of `reconnect`, where it would be ignored. */
export function assertNested(options: object, names: readonly string[]): void {
  for (const name of names) {
    if ((options as Readonly<Record<string, unknown>>)[name] !== undefined)
      throw new TypeError(`Expected \`reconnect: { ${name} }\`, got \`${name}\` without \`reconnect\``);
  }
}
