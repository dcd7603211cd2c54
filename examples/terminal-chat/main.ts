// npx tsx examples/terminal-chat/main.ts [model]
// A chat in the terminal. Ctrl-C cancels the reply and not the program; /help lists the commands.
import { lastValueFrom } from 'rxjs';
import { withClient } from '../support/withClient.js';
import { run } from './commands.js';
import { Session } from './session.js';
import { Terminal } from './terminal.js';

await withClient(async (ai) => {
  const terminal = new Terminal(process.stdin, process.stdout);
  const session = new Session(ai, process.argv[2] ?? 'gemini-2.5-flash', terminal);
  terminal.note('Say something, or /help. Ctrl-C stops a reply.');

  let isSecond = false;
  const interrupts = terminal.interrupts$.subscribe(() => {
    if (isSecond) terminal.close();
    else terminal.note('Ctrl-C once more, or /quit, ends the chat.');
    isSecond = true;
    session.cancel();
  });
  const chat$ = terminal.serve((line) => {
    isSecond = false;
    return run(line, session, terminal);
  });
  await lastValueFrom(chat$, { defaultValue: undefined });
  interrupts.unsubscribe();
  terminal.close();
});
