import { chat } from '@tanstack/ai';
import { createGeminiChat } from '@tanstack/ai-gemini';

export async function read(baseURL) {
  const adapter = createGeminiChat('gemini-2.5-flash', 'none', { baseURL });
  let text = '';
  for await (const event of chat({ adapter, messages: [{ role: 'user', content: 'Hello' }] })) {
    if (event.type === 'TEXT_MESSAGE_CONTENT') text += event.delta;
  }
  return text;
}
