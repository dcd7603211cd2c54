import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { streamText } from 'ai';

export async function read(baseUrl) {
  const google = createGoogleGenerativeAI({ apiKey: 'none', baseURL: `${baseUrl}/v1beta` });
  let text = '';
  for await (const delta of streamText({ model: google('gemini-2.5-flash'), prompt: 'Hello' }).textStream)
    text += delta;
  return text;
}
