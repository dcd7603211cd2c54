import type { GoogleGenerativeAI } from '@google/generative-ai';

export async function answer(
  genAI: GoogleGenerativeAI,
  question: string,
  show: (text: string) => void,
  baseUrl: string,
) {
  const model = genAI.getGenerativeModel({ model: 'gemini-2.5-flash', systemInstruction: 'Be brief.' }, { baseUrl });
  const result = await model.generateContentStream(question);
  for await (const chunk of result.stream) show(chunk.text());
  const response = await result.response;
  return response.usageMetadata?.totalTokenCount ?? 0;
}
