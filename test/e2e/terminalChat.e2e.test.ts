import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFailed, onTestFinished } from 'vitest';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorAnswer, EmulatorReply } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { Screen } from '../examples/terminalChat/screen.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const command = [process.execPath, '--import', 'tsx', 'examples/terminal-chat/main.ts'];
const ctrlC = '\u0003';

/** The chat as the person at the terminal has it. */
class Chat {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown[]>;
  /** What the person sees, if the chat is in a terminal. */
  readonly screen = new Screen(60, 20);
  #shown = '';
  #seen = 0;

  constructor([file = '', ...args]: string[], emulator: Emulator, variables: NodeJS.ProcessEnv = {}) {
    // A person's terminal has no `CI`, with which Node shows no colours.
    const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...ofPerson } = process.env;
    const env = {
      ...ofPerson,
      TERM: 'xterm-256color',
      ...variables,
      GEMINI_API_KEY: 'none',
      GOOGLE_GEMINI_BASE_URL: emulator.url,
    };
    this.#child = spawn(file, args, { cwd: root, env });
    this.#ended = once(this.#child, 'close');
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => {
        this.#shown += text;
        this.screen.write(text);
      });
    }
    onTestFinished(() => {
      this.#child.kill('SIGKILL');
    });
    onTestFailed(() => {
      console.error([...this.screen.text, this.screen.status].join('\n'));
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

  /** Waits until the screen, with its last row, shows a text. */
  async shows(text: string): Promise<void> {
    while (![...this.screen.text, this.screen.status].join('\n').includes(text)) {
      const more = once(this.#child.stdout, 'data').then(() => true);
      const isOpen = await Promise.race([more, this.#ended.then(() => false)]);
      if (!isOpen) throw new Error(`Ended without '${text}' on:\n${this.screen.text.join('\n')}`);
    }
  }

  /** All output so far. */
  get output(): string {
    return this.#shown;
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

async function open(
  reply: EmulatorReply,
  line = command,
  variables?: NodeJS.ProcessEnv,
): Promise<{ chat: Chat; emulator: Emulator }> {
  const emulator = await startEmulator({ reply });
  onTestFinished(() => emulator.close());
  const chat = new Chat(line, emulator, variables);
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

  it('passes a text on unchanged where there is no terminal, also with FORCE_COLOR', async () => {
    const text = `${markdown}\u202E ${'long '.repeat(40)}\r\n`;
    const { chat } = await open(() => ({ chunks: text.match(/[^]{1,5}/gu) ?? [] }), command, { FORCE_COLOR: '1' });
    chat.types('one\n');
    chat.closesInput();
    expect(await chat.exitCode()).toBe(0);
    expect(chat.output).toContain(`> ${text}`);
    expect(chat.output).not.toMatch(/\u001B\[\d+m/);
  });
});

// `script` of Linux gives the program a terminal of its own.
describe.runIf(process.platform === 'linux')('examples/terminal-chat in a terminal', { timeout: 60_000 }, () => {
  const inTerminal = ['script', '-qefc', `tty; stty rows 20 cols 60; exec ${command.join(' ')}`, '/dev/null'];

  it('dims thoughts, keeps a status in the last row, handles Ctrl-C, and shows typed text at the next prompt', async () => {
    const chunks = [part({ text: '**Let me** think.\n', thought: true }), part({ text: 'Once **upon ' }), 'a time.'];
    const { chat, emulator } = await open(
      ({ index }) => (index === 0 ? { chunks, stallAfter: { chunks: 2 } } : 'A whole story.'),
      inTerminal,
    );
    chat.types('Tell me a story\r');
    await chat.shows('Let me think.\n\nOnce upon');
    expect(chat.screen.styled(2)).toContain('Let me think.');
    expect(chat.screen.styled(1)).toBe('upon');
    await chat.sees('No text for 3 s · ');
    await chat.sees('No text for 4 s · ');
    chat.types('typed');
    chat.types(ctrlC);
    await emulator.requests[0]?.closed;
    expect(emulator.requests[0]?.closedEarly).toBe(true);
    const shown = await chat.sees('Stopped.');
    // Without the row that is painted after each key.
    expect(shown.replaceAll(/\u001B7.*?\u001B8/g, '')).not.toContain('typed');
    await chat.shows('> typed');
    chat.types(' ahead\r');
    await chat.shows('A whole story.\n>');
    chat.types('/edit\r');
    await chat.shows('> /edit typed ahead');
    chat.types('!\r');
    await chat.shows('> /edit typed ahead!\nA whole story.\n>');
    chat.types('/quit\r');
    expect(await chat.exitCode()).toBe(0);
    expect(chat.screen.unknown).toEqual([]);
    expect(textsIn(emulator.requests.at(-1)?.body).at(-1)).toContain('typed ahead!');
  });

  it('shows Markdown while it streams: styles, wrapped words, code, and wide characters', async () => {
    const { chat } = await open(() => ({ chunks: markdown.match(/[^]{1,5}/gu) ?? [] }), inTerminal);
    chat.types('Hi\r');
    await chat.shows('The end.\n>');
    expect(chat.screen.text.slice(chat.screen.text.indexOf('> Hi') + 1, -1)).toEqual([
      'Title',
      '',
      'A bold word, and text that is long enough to be broken at',
      'the width of the terminal.',
      '',
      '1. 东亚字符的宽度是两个单元格，因此这一行必须在正确的位置换',
      '   行。 👩‍🚀🇨🇭',
      '   ◦ code and a link (https://rxjs.dev)',
      '',
      '── ts ─────────────────────────────────────────────────────',
      'if (a) {',
      '  b();',
      '}',
      '───────────────────────────────────────────────────────────',
      '␛]52;c;aGVsbG8=␇ ␛[2J␛[1;1H The end.',
    ]);
    expect(chat.screen.styled(1)).toContain('bold');
    expect(chat.screen.styled(36)).toBe('code');
    expect(chat.screen.hasOverflowed).toBe(false);
    expect(chat.screen.unknown).toEqual([]);
  });

  it('wraps at the new width after a resize, and keeps what is on the screen', async () => {
    let goOn = (): void => {};
    const resized = new Promise<void>((resolve) => (goOn = resolve));
    async function* chunks(): AsyncGenerator<string> {
      yield 'wide '.repeat(20);
      await resized;
      yield `${'narrow '.repeat(20)}\n\nThe end.`;
    }
    const { chat } = await open(() => ({ chunks: chunks() }), inTerminal);
    chat.types('Hi\r');
    await chat.shows(`${'wide '.repeat(11).trim()}\n${'wide '.repeat(8).trim()}`);
    const [terminal = ''] = /\/dev\/pts\/\d+/.exec(chat.output) ?? [];
    chat.screen.resize(40, 16);
    await promisify(execFile)('stty', ['-F', terminal, 'rows', '16', 'cols', '40']);
    await chat.sees('\u001B[1;15r');
    goOn();
    await chat.shows('The end.\n>');
    const lines = chat.screen.text.filter((line) => /wide|narrow/.test(line));
    expect(lines.join(' ')).toBe(`${'wide '.repeat(20)}${'narrow '.repeat(20)}`.trim());
    expect(Math.max(...lines.filter((line) => line.includes('narrow')).map(({ length }) => length))).toBeLessThan(40);
    // The row is painted after the prompt.
    await expect.poll(() => chat.screen.status.length).toBe(39);
  });

  it('tells why a reply waits, how it went on, and how it ended', async () => {
    const answers: readonly EmulatorAnswer[] = [
      { error: apiError({ code: 503 }), headers: { 'Retry-After': '3' } },
      { chunks: ['Once **upon', ' a time'], dropAfter: { chunks: 1 } },
      { chunks: [' a** ', 'time'], finishReason: 'MAX_TOKENS', pace: 1500 },
      { chunks: [{ candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP' }] }] },
      {
        chunks: ['Half'],
        errorAfter: { chunks: 1, error: apiError({ code: 400, message: 'No \u001B[2Jsuch field' }) },
      },
    ];
    const { chat } = await open(({ index }) => answers[index] ?? 'Well.', inTerminal);
    chat.types('Hi\r');
    await chat.sees('Trying again in 2 s (overloaded)');
    await chat.sees('Trying again in 1 s (overloaded)');
    await chat.sees('The connection broke; the reply goes on');
    await chat.shows('Once upon a time\nThe answer reached its length limit (MAX_TOKENS).\n>');
    expect(chat.screen.styled(1)).toBe('upon a');
    chat.types('/retry\r');
    await chat.shows('The answer is empty.\n>');
    chat.types('/retry\r');
    await chat.shows('(invalid_request)\n>');
    expect(chat.screen.styled(31)).toContain('No ');
    expect(chat.output).not.toContain('\u001B[2J');
  });

  it('shows a saved chat as it was shown, and its text cannot type', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'terminal-chat-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'chat.json');
    const { chat } = await open(() => 'A **bold** answer.', inTerminal);
    chat.types('One\r');
    await chat.shows('A bold answer.\n>');
    chat.types(`/save ${file}\r`);
    await chat.shows('Saved as');
    const saved = await readFile(file, 'utf8');
    await writeFile(file, saved.replaceAll('"One"', JSON.stringify('One\u0003\u001B[H')));
    chat.types(`/load ${file}\r`);
    await chat.shows('> One␃␛[H\nA bold answer.\n');
    chat.types('/edit\r');
    await chat.shows('> /edit One␃␛[H');
    chat.types('\r');
    await chat.shows('> /edit One␃␛[H\nA bold answer.\n>');
    expect(chat.screen.styled(1).split('bold')).toHaveLength(4);
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('writes no styles with %j', async (variables) => {
    const { chat } = await open(() => 'A **bold** word and `code`.', inTerminal, variables);
    chat.types('Hi\r');
    await chat.shows('A bold word and `code`.');
    await chat.shows('tokens');
    expect(chat.output).not.toMatch(/\u001B\[\d+m/);
    if (variables.TERM) expect(chat.output).not.toContain('\u001B7');
  });
});

const markdown = `# Title

A **bold** word, and text that is long enough to be broken at the width of the terminal.

1. 东亚字符的宽度是两个单元格，因此这一行必须在正确的位置换行。 👩‍🚀🇨🇭
   - \`code\` and a [link](https://rxjs.dev)

\`\`\`ts
if (a) {
  b();
}
\`\`\`
\u001B]52;c;aGVsbG8=\u0007 \u001B[2J\u001B[1;1H The end.`;

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
