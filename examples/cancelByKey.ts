// npx tsx examples/cancelByKey.ts
// Enter stops the reply; the program continues with the part that had arrived.
import { fromEvent, map } from 'rxjs';
import { classifyErrors, fromGemini, takeUntilCancel, toEvents } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const enter$ = fromEvent(process.stdin, 'data').pipe(map(() => 'the Enter key'));
  console.log('Press Enter to stop.');

  await fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Count the stars for me.' })
    .pipe(classifyErrors(), takeUntilCancel(enter$), toEvents())
    .forEach((event) => {
      if (event.type === 'chunk') process.stdout.write(event.chunk.text);
      else if (event.type === 'cancelled')
        console.log(`\n\nStopped by ${event.reason}; kept ${String(event.response.text.length)} characters.`);
      else console.log(`\n\n${event.type}`);
    });
  process.stdin.destroy();
});
