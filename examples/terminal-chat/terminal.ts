import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { concatMap, finalize, fromEvent, map, merge, takeUntil, type Observable } from 'rxjs';
import { cellsOf } from './cellsOf.js';
import { StatusRow } from './statusRow.js';

type Style = Parameters<typeof styleText>[0];

const prompt = '> ';

/** Lines and Ctrl-C in, text out. Text typed while a reply is written shows at the next prompt. */
export class Terminal {
  /** Emits at each Ctrl-C. */
  readonly interrupts$: Observable<unknown>;
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #readline: Interface;
  /** Undefined if the output is a file or a pipe. */
  readonly #statusRow: StatusRow | undefined;
  /** The number of lines that wait for earlier ones. */
  #waiting = 0;
  #isPrompting = false;
  /** The column at which the text ends, in cells of the terminal. */
  #column = 0;
  #isClosed = false;

  constructor(input: ReadStream, output: WriteStream) {
    const isTerminal = input.isTTY && output.isTTY;
    this.#input = input;
    this.#output = output;
    this.#readline = createInterface({ input, output: this.#echo(), terminal: isTerminal, prompt });
    this.#readline.once('close', () => (this.#isClosed = true));
    // In a terminal readline reads the key; without a terminal, or from another process, it arrives as a signal.
    this.interrupts$ = merge(fromEvent(this.#readline, 'SIGINT'), fromEvent(process, 'SIGINT'));
    this.#statusRow = isTerminal ? new StatusRow(input, output) : undefined;
  }

  /** Runs the entered lines one after the other, until the input ends. */
  serve(run: (line: string) => Observable<unknown>): Observable<unknown> {
    this.#prompt();
    const lines$ = fromEvent(this.#readline, 'line').pipe(
      map((line) => {
        const isShown = this.#isPrompting;
        this.#isPrompting = false;
        this.#waiting += 1;
        return { line: String(line), isShown };
      }),
      takeUntil(fromEvent(this.#readline, 'close')),
    );
    return lines$.pipe(
      concatMap(({ line, isShown }) => {
        this.#waiting -= 1;
        if (isShown) this.#column = 0;
        else this.write(`${prompt}${line}\n`);
        return run(line).pipe(finalize(() => this.#prompt()));
      }),
    );
  }

  /** Writes text after the last text. */
  write(text: string, style?: Style): void {
    if (text === '') return;
    this.#output.write(style && this.#output.isTTY ? styleText(style, text) : text);
    const lineStart = text.lastIndexOf('\n') + 1;
    this.#column = (lineStart > 0 ? 0 : this.#column) + cellsOf(text.slice(lineStart));
  }

  /** Starts a new line, unless the cursor is at the beginning of one. */
  startLine(): void {
    if (this.#column > 0) this.write('\n');
  }

  /** Writes a text on a line of its own. */
  note(text: string, style: Style = 'dim'): void {
    this.startLine();
    this.write(`${text}\n`, style);
    if (this.#isPrompting) this.#prompt();
  }

  /** Shows a text in the last row, until another replaces it. */
  showStatus(text: string): void {
    // At the right edge a terminal has a pending line break, and loses it when the cursor moves.
    if (this.#column % this.#output.columns !== 0 || this.#column === 0) this.#statusRow?.show(text);
  }

  /** Shows a text that stays: in the last row, or on a line of its own without a terminal. */
  keepStatus(text: string): void {
    if (this.#statusRow) this.#statusRow.show(text);
    else if (text) this.note(text);
  }

  /** Fills in the next line, which the user may change before Enter. */
  prefill(text: string): void {
    if (this.#statusRow) this.#readline.write(text.replaceAll(/\s+/g, ' '));
  }

  close(): void {
    if (!this.#isClosed) this.#readline.close();
    // Readline only pauses the input; a pipe that is still read would keep the process alive.
    this.#input.destroy();
    this.startLine();
    this.#statusRow?.close();
  }

  #prompt(): void {
    this.startLine();
    if (this.#isClosed || this.#waiting > 0) return;
    this.#isPrompting = true;
    this.#column = prompt.length;
    this.#readline.prompt(true);
    this.#statusRow?.paint();
  }

  /** The output of readline, which is passed on only at the prompt. */
  #echo(): Writable {
    const output = this.#output;
    const echo = new Writable({
      write: (text: Buffer, _encoding, done) => {
        if (this.#isPrompting) output.write(text);
        done();
      },
    });
    output.on('resize', () => echo.emit('resize'));
    return Object.defineProperty(echo, 'columns', { get: () => output.columns });
  }
}
