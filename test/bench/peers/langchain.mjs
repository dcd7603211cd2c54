import { ChatGoogleGenerativeAI } from '@langchain/google-genai';

export async function read(baseUrl) {
  const model = new ChatGoogleGenerativeAI({ apiKey: 'none', baseUrl, model: 'gemini-2.5-flash' });
  let text = '';
  for await (const chunk of await model.stream('Hello')) text += chunk.text;
  return text;
}
