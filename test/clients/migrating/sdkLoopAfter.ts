import type { GoogleGenAI } from '@google/genai';
import { lastValueFrom, tap } from 'rxjs';
import { finalResponse, fromGemini, protectReply, usageOf } from 'rxjs-gemini';

export async function answer(ai: GoogleGenAI, question: string, show: (text: string) => void, cancel: AbortSignal) {
  const reply = await lastValueFrom(
    fromGemini(ai, { model: 'gemini-2.5-flash', contents: question }).pipe(
      protectReply({ timeout: { first: 20_000 }, retry: {}, cancel }),
      tap(({ text }) => show(text)),
      finalResponse(),
    ),
  );
  return usageOf(reply)?.totalTokenCount ?? 0;
}
