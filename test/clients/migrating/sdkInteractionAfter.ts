import type { GoogleGenAI } from '@google/genai';
import { lastValueFrom, tap } from 'rxjs';
import { finalResponse, fromInteraction, protectReply } from 'rxjs-gemini';

export async function answer(ai: GoogleGenAI, question: string, show: (text: string) => void) {
  const reply = await lastValueFrom(
    fromInteraction(ai, { model: 'gemini-2.5-flash', input: question }).pipe(
      protectReply({ timeout: { first: 20_000 }, retry: {} }),
      tap(({ text }) => show(text)),
      finalResponse(),
    ),
  );
  return reply.interaction?.id;
}
