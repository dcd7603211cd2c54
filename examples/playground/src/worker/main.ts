import type { Program, WorkerMessage } from '../run/protocol.ts';
import { loadCommonModules } from './modules.ts';
import { ProgramRun } from './programRun.ts';

const post = (message: WorkerMessage) => {
  postMessage(message);
};

addEventListener('message', ({ data }: MessageEvent<Program>) => {
  setInterval(() => post({ type: 'alive' }), 500);
  void new ProgramRun(data, post).start();
});
void loadCommonModules().then(() => post({ type: 'ready' }));
