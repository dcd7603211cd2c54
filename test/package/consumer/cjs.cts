// The same from CommonJS.
import { from } from 'rxjs';
import { accumulate, emptyChunk, isGeminiError, mergeChunks, type ReplySnapshot } from 'rxjs-gemini';
import { startEmulator } from 'rxjs-gemini/emulator';
import { finalResponse } from 'rxjs-gemini/operators';
import { chunk } from 'rxjs-gemini/testing';

const merged = mergeChunks(emptyChunk, chunk('Hello'));
from([merged])
  .pipe(finalResponse(), accumulate())
  .subscribe((snapshot: ReplySnapshot) => {
    const text: string = snapshot.text;
    // @ts-expect-error a string is no number, so the type is not `any`
    const wrong: number = snapshot.text;
    return [text, wrong];
  });
export const server = startEmulator();
export const known: boolean = isGeminiError(new Error('Hello'));
