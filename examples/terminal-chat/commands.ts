import { readFile, writeFile } from 'node:fs/promises';
import { catchError, defer, EMPTY, from, switchMap, type Observable, type ObservableInput } from 'rxjs';
import { isGeminiError, type ChatJson } from 'rxjs-gemini';
import { errorText } from './outcomeText.js';
import type { Session } from './session.js';
import type { Terminal } from './terminal.js';

interface Command {
  readonly usage: string;
  readonly does: string;
  run(session: Session, terminal: Terminal, argument: string | undefined): ObservableInput<unknown>;
}

const commands: Readonly<Record<string, Command>> = {
  '/retry': {
    usage: '/retry',
    does: 'requests the last answer again',
    run: (session) => session.retry(),
  },
  '/edit': {
    usage: '/edit [text]',
    does: 'sends another text in place of the last message',
    run: (session, terminal, text) =>
      from(session.question()).pipe(
        switchMap((question) => {
          if (!question) throw new Error('There is nothing to edit yet.');
          if (text) return session.edit(question, text);
          terminal.prefill(`/edit ${question.text}`);
          return EMPTY;
        }),
      ),
  },
  '/save': {
    usage: '/save [file]',
    does: 'saves the chat, in chat.json by default',
    async run(session, terminal, file = 'chat.json') {
      await writeFile(file, JSON.stringify(session, undefined, 2));
      terminal.note(`Saved as ${file}.`);
    },
  },
  '/load': {
    usage: '/load [file]',
    does: 'continues a saved chat',
    async run(session, terminal, file = 'chat.json') {
      await session.restore(JSON.parse(await readFile(file, 'utf8')) as ChatJson);
      terminal.note(`Loaded ${file}.`);
    },
  },
  '/help': {
    usage: '/help',
    does: 'shows this list',
    run(_, terminal) {
      for (const { usage, does } of Object.values(commands)) terminal.note(`${usage.padEnd(14)} ${does}`);
      return EMPTY;
    },
  },
  '/quit': {
    usage: '/quit',
    does: 'ends the chat, as Ctrl-C twice does',
    run(_, terminal) {
      terminal.close();
      return EMPTY;
    },
  },
};

/** Runs a line: a command if it begins with a slash, else a message. Prints an error, and the chat continues. */
export function run(line: string, session: Session, terminal: Terminal): Observable<unknown> {
  const [name = '', argument] = line.trim().split(/\s+(.*)/s);
  return defer(() => {
    if (name === '') return EMPTY;
    if (!name.startsWith('/')) return session.send(line);
    const command = commands[name];
    if (!command) throw new Error(`There is no ${name}: see /help.`);
    return command.run(session, terminal, argument);
  }).pipe(
    catchError((error: unknown) => {
      terminal.note(
        isGeminiError(error) ? errorText(error) : error instanceof Error ? error.message : String(error),
        'red',
      );
      return EMPTY;
    }),
  );
}
