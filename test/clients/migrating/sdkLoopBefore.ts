import type { GoogleGenAI } from '@google/genai';

export async function answer(
  ai: GoogleGenAI,
  question: string,
  show: (text: string) => void,
  abortSignal: AbortSignal,
) {
  const stream = await ai.models.generateContentStream({
    model: 'gemini-2.5-flash',
    contents: question,
    config: { abortSignal },
  });
  let tokens = 0;
  for await (const chunk of stream) {
    show(chunk.text ?? '');
    tokens = chunk.usageMetadata?.totalTokenCount ?? tokens;
  }
  return tokens;
}
