import type { GoogleGenAI } from '@google/genai';

export async function answer(ai: GoogleGenAI, question: string, show: (text: string) => void) {
  const stream = await ai.interactions.create({ model: 'gemini-2.5-flash', input: question, stream: true });
  let id: string | undefined;
  for await (const event of stream) {
    if (event.event_type === 'interaction.created') id = event.interaction.id;
    if (event.event_type === 'step.delta' && event.delta.type === 'text') show(event.delta.text);
    if (event.event_type === 'error') throw new Error(event.error?.message);
  }
  return id;
}
