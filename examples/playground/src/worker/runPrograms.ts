import type { Program, WorkerMessage } from '../run/protocol.ts';
import { Modules, type ModuleLoaders } from './modules.ts';
import { ProgramRun } from './programRun.ts';

/** Makes this worker run the program that the page sends, with these modules; loads the first three at once. */
export function runPrograms(loaders: ModuleLoaders): void {
  const modules = new Modules(loaders);
  for (const name of modules.names.slice(0, 3)) void modules.addressOf(name);
  const post = (message: WorkerMessage) => {
    postMessage(message);
  };
  addEventListener('message', ({ data }: MessageEvent<Program>) => {
    setInterval(() => post({ type: 'alive' }), 500);
    void new ProgramRun(data, modules, post).start();
  });
}
