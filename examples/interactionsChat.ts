// npx tsx examples/interactionsChat.ts
// A chat whose history the server keeps: each message is sent alone, with the id of the answer that it follows. An answer
// that is asked for again follows the same id, so branches cost nothing.
import { lastValueFrom } from 'rxjs';
import { createChat, interactions } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const chat = createChat(interactions(ai, { model: 'gemini-3.5-flash' }), {
    tools: {
      weather: {
        declaration: {
          description: 'The weather in a city.',
          parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } },
        },
        run: ({ city }: { city: string }) => ({ city, sky: 'grey' }),
      },
    },
  });
  for (const question of ['My name is Ada.', 'What is my name?']) {
    await lastValueFrom(chat.send(question));
  }
  await lastValueFrom(chat.regenerate());
  chat.messages$.subscribe((messages) => {
    for (const { role, text, interaction } of messages)
      console.log(`${role}: ${text} (${interaction?.id ?? 'not sent'})`);
  });
});
