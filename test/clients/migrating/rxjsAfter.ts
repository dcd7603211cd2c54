import type { GoogleGenAI } from '@google/genai';
import { catchError, of, type Observable, switchMap } from 'rxjs';
import { fromGemini, type GeminiError, protectReply, toText } from 'rxjs-gemini';

export const answers = (ai: GoogleGenAI, question$: Observable<string>) =>
  question$.pipe(
    switchMap((contents) =>
      fromGemini(ai, { model: 'gemini-2.5-flash', contents }).pipe(
        protectReply({ timeout: { first: 20_000 }, retry: {} }),
        toText(),
        catchError((error: GeminiError) => of(`Failed: ${error.message}`)),
      ),
    ),
  );
