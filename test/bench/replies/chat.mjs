import { lastValueFrom } from 'rxjs';
import { createChat } from 'rxjs-gemini';
import { clientWith } from './client.mjs';

export async function read(chunks) {
  const chat = createChat(clientWith(chunks), { model: 'gemini-2.5-flash' });
  let text = '';
  chat.messages$.subscribe((messages) => (text = messages.at(-1)?.text ?? ''));
  await lastValueFrom(chat.send('Hello'));
  return text;
}
