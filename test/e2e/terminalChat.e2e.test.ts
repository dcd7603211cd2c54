import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorReply } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const command = [process.execPath, '--import', 'tsx', 'examples/terminal-chat/main.ts'];
const ctrlC = '\u0003';

/** The chat as the person at the terminal has it. */
class Chat {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown[]>;
  #shown = '';
  #seen = 0;

  constructor([file = '', ...args]: string[], emulator: Emulator) {
    // A person's terminal has no `CI`, with which Node shows no colours.
    const { CI: _, ...ofPerson } = process.env;
    const env = { ...ofPerson, GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: emulator.url };
    this.#child = spawn(file, args, { cwd: root, env });
    this.#ended = once(this.#child, 'close');
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => (this.#shown += text));
    }
    onTestFinished(() => {
      this.#child.kill('SIGKILL');
    });
  }

  /** Waits until a text is on the screen, below the one that was waited for last; returns the output up to it. */
  async sees(text: string): Promise<string> {
    for (;;) {
      const at = this.#shown.indexOf(text, this.#seen);
      if (at >= 0) {
        const came = this.#shown.slice(this.#seen, at + text.length);
        this.#seen = at + text.length;
        return came;
      }
      const more = once(this.#child.stdout, 'data').then(() => true);
      const isOpen = await Promise.race([more, this.#ended.then(() => false)]);
      if (!isOpen) throw new Error(`Ended without '${text}' after: ${this.#shown.slice(this.#seen)}`);
    }
  }

  types(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** The input ends, as a file that is piped in. */
  closesInput(): void {
    this.#child.stdin.end();
  }

  signals(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async exitCode(): Promise<unknown> {
    const [code] = await this.#ended;
    return code;
  }
}

async function open(reply: EmulatorReply, line = command): Promise<{ chat: Chat; emulator: Emulator }> {
  const emulator = await startEmulator({ reply });
  onTestFinished(() => emulator.close());
  const chat = new Chat(line, emulator);
  await chat.sees('> ');
  return { chat, emulator };
}

const isFirst: EmulatorReply = ({ index }) =>
  index === 0
    ? { chunks: ['Once upon ', 'a time.'], stallAfter: { chunks: 1 } }
    : { chunks: ['A whole ', 'story.'], pace: 50 };

describe('examples/terminal-chat', { timeout: 60_000 }, () => {
  it('streams a reply; Ctrl-C closes its request and not the program, and /retry asks again', async () => {
    const { chat, emulator } = await open(isFirst);
    chat.types('Tell me a story\n');
    await chat.sees('Once upon ');
    chat.signals('SIGINT');
    await emulator.requests[0]?.closed;
    expect(emulator.requests[0]?.closedEarly).toBe(true);
    await chat.sees('> ');
    chat.types('/retry\n');
    await chat.sees('A whole story.');
    expect(await chat.sees('in all')).toMatch(/\d+ tokens · \d+ tokens\/s · \$0\.0000\d\d · \$0\.0000\d\d in all/);
    chat.types('/quit\n');
    expect(await chat.exitCode()).toBe(0);
    expect(emulator.requests).toHaveLength(2);
  });

  it('keeps the history, replaces a question with /edit, and continues a saved chat', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'terminal-chat-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'chat.json');
    const { chat, emulator } = await open(({ index, body }) => `Answer ${index} to ${textsIn(body).join(' / ')}.`);
    chat.types('One\n');
    await chat.sees('Answer 0 to One.');
    chat.types(`/save ${file}\n`);
    await chat.sees(`Saved as ${file}.`);
    chat.types('Two\n');
    await chat.sees('Answer 1 to One / Answer 0 to One. / Two.');
    chat.types('/edit Three\n');
    await chat.sees('Answer 2 to One / Answer 0 to One. / Three.');
    chat.types(`/load ${file}\n`);
    expect(await chat.sees('Loaded')).toContain('> One\nAnswer 0 to One.\n');
    chat.types('Four\n');
    await chat.sees('Answer 3 to One / Answer 0 to One. / Four.');
    chat.types('/quit\n');
    expect(await chat.exitCode()).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 2 });
    expect(emulator.requests).toHaveLength(4);
  });

  it('reports failures, retries on request, and continues', async () => {
    const answers = [{ error: apiError({ code: 503 }) }, { error: apiError({ code: 400, message: 'No such field' }) }];
    const { chat } = await open(({ index }) => answers[index] ?? 'Well again.');
    chat.types('Hello\n');
    await chat.sees('Trying again');
    await chat.sees('No such field');
    chat.types('/sing\n');
    await chat.sees('There is no /sing: see /help.');
    chat.types('/edit\n/load /no/such/file\n');
    await chat.sees("no such file or directory, open '/no/such/file'");
    chat.types('/retry\n');
    await chat.sees('Well again.');
    chat.types('/quit\n');
    expect(await chat.exitCode()).toBe(0);
  });

  it('ends at the second Ctrl-C in a row', async () => {
    const { chat } = await open(() => 'Hello.');
    chat.signals('SIGINT');
    await chat.sees('Ctrl-C once more');
    chat.types('Hi\n');
    await chat.sees('Hello.');
    await chat.sees('> ');
    chat.signals('SIGINT');
    await chat.sees('Ctrl-C once more');
    chat.signals('SIGINT');
    expect(await chat.exitCode()).toBe(0);
  });

  it('answers piped input line by line, and ends with it', async () => {
    const { chat } = await open(({ prompt }) => `You said ${prompt}.`);
    chat.types('one\ntwo\n');
    chat.closesInput();
    await chat.sees('You said one.');
    await chat.sees('> two\nYou said two.');
    expect(await chat.exitCode()).toBe(0);
  });
});

// `script` of Linux gives the program a terminal of its own.
describe.runIf(process.platform === 'linux')('examples/terminal-chat in a terminal', { timeout: 60_000 }, () => {
  const inTerminal = ['script', '-qefc', `stty rows 20 cols 60; exec ${command.join(' ')}`, '/dev/null'];

  it('dims thoughts, keeps a status in the last row, handles Ctrl-C, and shows typed text at the next prompt', async () => {
    const chunks = [part({ text: 'Let me think.\n', thought: true }), part({ text: 'Once upon ' }), 'a time.'];
    const { chat, emulator } = await open(
      ({ index }) => (index === 0 ? { chunks, stallAfter: { chunks: 2 } } : 'A whole story.'),
      inTerminal,
    );
    chat.types('Tell me a story\r');
    await chat.sees('\u001B[2mLet me think.');
    await chat.sees('Once upon ');
    await chat.sees('\u001B[20;1H');
    await chat.sees('in all');
    chat.types('typed');
    chat.types(ctrlC);
    await emulator.requests[0]?.closed;
    expect(emulator.requests[0]?.closedEarly).toBe(true);
    const shown = await chat.sees('Ctrl-C once more');
    // Without the row that is painted after each key.
    expect(shown.replaceAll(/\u001B7.*?\u001B8/g, '')).not.toContain('typed');
    await chat.sees('> typed');
    chat.types(' ahead\r');
    await chat.sees('A whole story.');
    await chat.sees('> ');
    chat.types('/edit\r');
    await chat.sees('> /edit typed ahead');
    chat.types('!\r');
    await chat.sees('A whole story.');
    await chat.sees('> ');
    chat.types('/quit\r');
    await chat.sees('\u001B[r');
    expect(await chat.exitCode()).toBe(0);
    expect(textsIn(emulator.requests.at(-1)?.body).at(-1)).toContain('typed ahead!');
  });
});

function part(content: object): object {
  return { candidates: [{ content: { role: 'model', parts: [content] } }] };
}

interface Said {
  readonly contents: readonly { readonly parts: readonly { readonly text?: string }[] }[];
}

/** The text of each content of a request. */
function textsIn(body: unknown): string[] {
  return (body as Said).contents.map(({ parts }) => parts.map(({ text = '' }) => text).join(''));
}
