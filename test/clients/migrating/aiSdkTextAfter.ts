import type { GoogleGenAI } from '@google/genai';
import { lastValueFrom, tap } from 'rxjs';
import { fromGemini, protectReply, smoothText, toText, withMetrics } from 'rxjs-gemini';

export async function answer(ai: GoogleGenAI, question: string, show: (text: string) => void, cancel: AbortSignal) {
  const text$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: question }).pipe(
    protectReply({ timeout: { first: 20_000 }, retry: { count: 2 }, cancel }),
    withMetrics({ onReport: ({ outcome, metrics }) => console.log(outcome, metrics) }),
    smoothText(),
    toText(),
  );
  await lastValueFrom(text$.pipe(tap(show)), { defaultValue: '' });
}
