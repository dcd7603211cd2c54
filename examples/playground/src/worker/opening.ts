import { GoogleGenAI } from '@google/genai';
import { classifyErrors, continueFrom, fromGemini, resumeOnDrop } from 'rxjs-gemini';
import { runPrograms } from './runPrograms.ts';
import { apiError, emulatorFetch } from './watchedEmulator.ts';

// Only what the opening scene imports, so that the page plays it soon; all other programs have the whole modules.
runPrograms({
  '@google/genai': async () => ({ GoogleGenAI }),
  'rxjs-gemini': async () => ({ classifyErrors, continueFrom, fromGemini, resumeOnDrop }),
  'rxjs-gemini/emulator-fetch': async () => ({ apiError, emulatorFetch }),
});
