import type { GoogleGenAI } from '@google/genai';
import { catchError, defer, from, map, of, type Observable, switchMap } from 'rxjs';

export const answers = (ai: GoogleGenAI, question$: Observable<string>) =>
  question$.pipe(
    switchMap((contents) =>
      defer(() => ai.models.generateContentStream({ model: 'gemini-2.5-flash', contents })).pipe(
        switchMap((stream) => from(stream)),
        map((chunk) => chunk.text ?? ''),
        catchError((error: unknown) => of(`Failed: ${String(error)}`)),
      ),
    ),
  );
