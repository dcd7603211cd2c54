import { runPrograms } from './runPrograms.ts';

runPrograms({
  '@google/genai': () => import('@google/genai'),
  rxjs: () => import('rxjs'),
  'rxjs-gemini': () => import('rxjs-gemini'),
  'rxjs-gemini/emulator-fetch': () => import('./watchedEmulator.ts'),
  'rxjs-gemini/operators': () => import('rxjs-gemini/operators'),
  'rxjs-gemini/json': () => import('rxjs-gemini/json'),
  'rxjs-gemini/testing': () => import('rxjs-gemini/testing'),
  'rxjs-gemini/ai-sdk': () => import('rxjs-gemini/ai-sdk'),
  'rxjs-gemini/ag-ui': () => import('rxjs-gemini/ag-ui'),
  'rxjs/operators': () => import('rxjs/operators'),
});
