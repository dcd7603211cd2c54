// npx tsx examples/progressBar.ts
// A progress bar while a reply is written. Tokens are estimated until the server reports them.
import { lastValueFrom, tap, throttleTime } from 'rxjs';
import { classifyErrors, fromGemini, withProgress } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Describe a sunrise.' }).pipe(
    classifyErrors(),
    withProgress({ expectedTokens: 250 }),
    throttleTime(100, undefined, { leading: true, trailing: true }),
    tap(({ progress }) => {
      const bar = '#'.repeat(Math.round(progress.percent / 4)).padEnd(25, '.');
      const line = `[${bar}] ${progress.percent.toFixed(0)} % ${progress.phase}, ${String(progress.outputTokens)} tokens`;
      process.stdout.write(process.stdout.isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
    }),
  );
  await lastValueFrom(reply$);
  process.stdout.write('\n');
});
