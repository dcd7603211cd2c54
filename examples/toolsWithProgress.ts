// npx tsx examples/toolsWithProgress.ts
// The model calls two functions at once; each reports its progress, and the chat sends its result to the model.
import { interval, map, take } from 'rxjs';
import { createChat, type ChatTool } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

const temperature: ChatTool = {
  declaration: {
    description: 'The temperature in a city, now, in °C.',
    parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
  timeout: 10_000,
  // Each value of an Observable is progress, and the last is the result. A promise or a plain value works as well.
  run: ({ city }) =>
    interval(city === 'Oslo' ? 150 : 250).pipe(
      take(4),
      map((index) => (index < 3 ? `${String(index + 1)} of 3 stations` : { celsius: city === 'Oslo' ? 4 : 9 })),
    ),
};

await withClient(
  async (ai) => {
    const chat = createChat(ai, { model: 'gemini-2.5-flash', tools: { temperature } });

    await chat.send('Is it warmer in Oslo or in Bergen?').forEach(({ text, tool }) => {
      if (tool) console.log(tool.call.name, tool.call.args, tool.status, tool.response ?? tool.progress ?? '');
      process.stdout.write(text);
    });
    process.stdout.write('\n');
  },
  ({ body }) => {
    if (JSON.stringify(body).includes('functionResponse'))
      return { text: 'It is warmer in Bergen: 9 °C, and 4 °C in Oslo.', pace: 50 };
    const parts = ['Oslo', 'Bergen'].map((city) => ({ functionCall: { name: 'temperature', args: { city } } }));
    return [{ candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }] }];
  },
);
