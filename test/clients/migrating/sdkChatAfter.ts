import type { GoogleGenAI } from '@google/genai';
import { lastValueFrom, tap } from 'rxjs';
import { createChat, protectReply, toText } from 'rxjs-gemini';

export async function talk(ai: GoogleGenAI, messages: readonly string[], show: (text: string) => void) {
  const chat = createChat(ai, {
    model: 'gemini-2.5-flash',
    config: { systemInstruction: 'Be brief.' },
    pipe: protectReply({ timeout: { first: 20_000 }, retry: {} }),
  });
  for (const message of messages) {
    await lastValueFrom(chat.send(message).pipe(toText(), tap(show)), { defaultValue: '' });
  }
  return chat.history();
}
