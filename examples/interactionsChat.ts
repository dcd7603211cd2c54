// npx tsx examples/interactionsChat.ts
// A chat whose history the server keeps: each message is sent alone, with the id of the answer that it follows. So an
// answer that is asked for again, or another branch, needs no history either.
import { lastValueFrom } from 'rxjs';
import { createChat, interactions } from 'rxjs-gemini';
import type { EmulatorReply } from 'rxjs-gemini/emulator';
import { withClient } from './support/withClient.js';

/** The emulator reports what it received, and what it had kept. */
const reply: EmulatorReply = ({ prompt, interaction }) =>
  `I received “${prompt}”, and have ${String(interaction?.history.length ?? 0)} steps from before.`;

await withClient(async (ai) => {
  const chat = createChat(interactions(ai, { model: 'gemini-3.5-flash' }));
  await lastValueFrom(chat.send('My name is Ada.'));
  await lastValueFrom(chat.send('What is my name?'));
  await lastValueFrom(chat.regenerate());
  chat.messages$.subscribe((messages) => {
    for (const { role, text } of messages) console.log(`${role}: ${text}`);
  });
}, reply);
