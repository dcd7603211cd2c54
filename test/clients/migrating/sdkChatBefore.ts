import type { GoogleGenAI } from '@google/genai';

export async function talk(ai: GoogleGenAI, messages: readonly string[], show: (text: string) => void) {
  const chat = ai.chats.create({ model: 'gemini-2.5-flash', config: { systemInstruction: 'Be brief.' } });
  for (const message of messages) {
    for await (const chunk of await chat.sendMessageStream({ message })) show(chunk.text ?? '');
  }
  return chat.getHistory();
}
