import type { GoogleGenAI } from '@google/genai';
import { filter, lastValueFrom, tap } from 'rxjs';
import { fromGemini, protectReply } from 'rxjs-gemini';
import { parseJson } from 'rxjs-gemini/json';
import { z } from 'zod';

const Recipe = z.object({ title: z.string(), steps: z.array(z.string()) });
const config = { responseMimeType: 'application/json', responseJsonSchema: z.toJSONSchema(Recipe) };

export async function recipe(ai: GoogleGenAI, dish: string, show: (title: string | undefined) => void) {
  const whole$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: `A recipe for ${dish}`, config }).pipe(
    protectReply({ timeout: { first: 20_000 }, retry: {} }),
    parseJson(Recipe),
    tap(({ value }) => show(value?.title)),
    filter((snapshot) => snapshot.complete),
  );
  return (await lastValueFrom(whole$)).value;
}
