import { googleAI } from '@genkit-ai/google-genai';
import { genkit } from 'genkit';

export async function read(baseUrl) {
  const ai = genkit({ plugins: [googleAI({ apiKey: 'none', baseUrl })] });
  const { stream } = ai.generateStream({ model: googleAI.model('gemini-2.5-flash'), prompt: 'Hello' });
  let text = '';
  for await (const chunk of stream) text += chunk.text;
  return text;
}
