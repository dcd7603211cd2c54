/** A module that a program may import. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** The modules by their names, each loaded when a program first imports it. */
export type ModuleLoaders = Readonly<Record<string, () => Promise<ModuleExports>>>;

/** The modules that the programs of a worker may import. */
export class Modules {
  readonly #loaders: ModuleLoaders;
  readonly #addresses = new Map<string, Promise<string>>();
  readonly #loaded = new Map<string, ModuleExports>();

  constructor(loaders: ModuleLoaders) {
    this.#loaders = loaders;
    // The small modules at the addresses hand on the bundled ones, so that all programs share one copy.
    Object.assign(globalThis, { moduleOf: (name: string) => this.#loaded.get(name) });
  }

  get names(): readonly string[] {
    return Object.keys(this.#loaders);
  }

  /** The address of a module; undefined if there is none of this name. */
  addressOf(name: string): Promise<string> | undefined {
    const load = this.#loaders[name];
    if (!load) return undefined;
    const address = this.#addresses.get(name) ?? load().then((exports) => this.#publish(name, exports));
    this.#addresses.set(name, address);
    return address;
  }

  #publish(name: string, exports: ModuleExports): string {
    this.#loaded.set(name, exports);
    const names = Object.keys(exports).filter((key) => key !== 'default');
    const lines = [
      `const exports = globalThis.moduleOf(${JSON.stringify(name)});`,
      `export const { ${names.join(', ')} } = exports;`,
      'export default exports.default;',
    ];
    return addressOfCode(lines.join('\n'));
  }
}

export const addressOfCode = (code: string) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
