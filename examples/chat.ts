// npx tsx examples/chat.ts
// A conversation: each reply is merged into one content, with its thoughts and signatures, and sent with the next question.
import { lastValueFrom, tap } from 'rxjs';
import { classifyErrors, contentsOf, finalResponse, fromGemini, type GeminiContent } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const history: GeminiContent[] = [];
  for (const question of ['My name is Ada.', 'What is my name?']) {
    console.log(`\nyou: ${question}\n`);
    const contents: GeminiContent[] = [...history, { role: 'user', parts: [{ text: question }] }];
    const reply = await lastValueFrom(
      fromGemini(ai, { model: 'gemini-2.5-flash', contents }).pipe(
        classifyErrors(),
        tap((chunk) => process.stdout.write(chunk.text)),
        finalResponse(),
      ),
    );
    // Only a whole reply becomes history: after a failure the question can be asked again.
    history.splice(0, history.length, ...contents, ...contentsOf(reply));
    process.stdout.write('\n');
  }
  console.log(`\n${String(history.length)} contents`);
});
