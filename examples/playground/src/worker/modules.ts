/** A module that a program may import. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** The modules by their names, each loaded when a program first imports it. */
const loaders: Readonly<Record<string, () => Promise<ModuleExports>>> = {
  '@google/genai': () => import('@google/genai'),
  rxjs: () => import('rxjs'),
  'rxjs/operators': () => import('rxjs/operators'),
  'rxjs-gemini': () => import('rxjs-gemini'),
  'rxjs-gemini/operators': () => import('rxjs-gemini/operators'),
  'rxjs-gemini/json': () => import('rxjs-gemini/json'),
  'rxjs-gemini/testing': () => import('rxjs-gemini/testing'),
  'rxjs-gemini/emulator-fetch': () => import('./watchedEmulator.ts'),
  'rxjs-gemini/ai-sdk': () => import('rxjs-gemini/ai-sdk'),
  'rxjs-gemini/ag-ui': () => import('rxjs-gemini/ag-ui'),
};

export const moduleNames: readonly string[] = Object.keys(loaders);

/** Loads the modules that almost every program imports. */
export const loadCommonModules = () => Promise.all(['@google/genai', 'rxjs', 'rxjs-gemini'].map(addressOfModule));

const addresses = new Map<string, Promise<string>>();
const loaded = new Map<string, ModuleExports>();

/** The address of a module that exports what the bundled one does, so that all programs share one copy. */
export function addressOfModule(name: string): Promise<string> | undefined {
  const load = loaders[name];
  if (!load) return undefined;
  const known = addresses.get(name) ?? load().then((exports) => addressOfExports(name, exports));
  addresses.set(name, known);
  return known;
}

/** The worker's modules for the small modules that hand them on. */
Object.assign(globalThis, { moduleOf: (name: string) => loaded.get(name) });

function addressOfExports(name: string, exports: ModuleExports): string {
  loaded.set(name, exports);
  const names = Object.keys(exports).filter((key) => key !== 'default');
  const code = [
    `const exports = globalThis.moduleOf(${JSON.stringify(name)});`,
    `export const { ${names.join(', ')} } = exports;`,
    'export default exports.default;',
  ];
  return addressOfCode(code.join('\n'));
}

export const addressOfCode = (code: string) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
