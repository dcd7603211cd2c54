import { createInterface, type Interface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { concatMap, finalize, fromEvent, map, merge, takeUntil, type Observable } from 'rxjs';
import { WordWrap } from './markdown/wordWrap.js';
import { Page, type Style } from './page.js';
import { printable } from './printable.js';
import { promptEcho } from './promptEcho.js';
import { ReplyView } from './replyView.js';
import { StatusRow } from './statusRow.js';

const prompt = '> ';

/** Lines and Ctrl-C in, text out. Text typed while a reply is written shows at the next prompt. */
export class Terminal {
  /** Emits at each Ctrl-C. */
  readonly interrupts$: Observable<unknown>;
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #readline: Interface;
  readonly #page: Page;
  /** Undefined if the output is a file or a pipe, or a terminal without a cursor that can be moved. */
  readonly #statusRow: StatusRow | undefined;
  /** The number of lines that wait for earlier ones. */
  #waiting = 0;
  #isPrompting = false;
  /** The last reply. */
  #reply: ReplyView | undefined;
  #isClosed = false;

  constructor(input: ReadStream, output: WriteStream) {
    const isTerminal = input.isTTY && output.isTTY;
    this.#input = input;
    this.#output = output;
    this.#page = new Page(output);
    this.#readline = createInterface({
      input,
      output: promptEcho(output, () => this.#isPrompting),
      terminal: isTerminal,
      prompt,
    });
    this.#readline.once('close', () => (this.#isClosed = true));
    // In a terminal readline reads the key; without a terminal, or from another process, it arrives as a signal.
    this.interrupts$ = merge(fromEvent(this.#readline, 'SIGINT'), fromEvent(process, 'SIGINT'));
    const hasRow = isTerminal && process.env['TERM'] !== 'dumb';
    this.#statusRow = hasRow ? new StatusRow(input, output, this.#page) : undefined;
    output.on('resize', this.#resize);
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
        if (isShown) this.#page.column = 0;
        else this.#page.write({ text: `${prompt}${line}\n`, styles: [] });
        return run(line).pipe(finalize(() => this.#prompt()));
      }),
    );
  }

  /** Begins a reply, on a line of its own. */
  openReply(): ReplyView {
    this.#page.startLine();
    this.#reply = new ReplyView(this.#page);
    return this.#reply;
  }

  /** Writes a text on lines of its own. */
  note(text: string, style: Style = 'dim'): void {
    this.#reply?.pause();
    this.#page.startLine();
    if (this.#page.isTerminal) {
      const wrap = new WordWrap(this.#page);
      wrap.write(text, [style]);
      wrap.end();
      this.#page.startLine();
    } else {
      this.#page.write({ text: `${text}\n`, styles: [] });
    }
    if (this.#isPrompting) this.#prompt();
  }

  /** Shows a text in the last row, until another replaces it. */
  showStatus(text: string): void {
    // At the right edge a terminal has a pending line break, and loses it when the cursor moves.
    const { column, columns } = this.#page;
    if (column % columns !== 0 || column === 0) this.#statusRow?.show(text);
  }

  /** Shows a text that stays: in the last row, or on a line of its own without a terminal. */
  keepStatus(text: string): void {
    if (this.#statusRow) this.#statusRow.show(text);
    else if (text) this.note(text);
  }

  /** Fills in the next line, which the user may change before Enter. */
  prefill(text: string): void {
    if (this.#statusRow) this.#readline.write(printable(text).replaceAll(/\s+/g, ' '));
  }

  close(): void {
    if (!this.#isClosed) this.#readline.close();
    // Readline only pauses the input; a pipe that is still read would keep the process alive.
    this.#input.destroy();
    this.#page.startLine();
    this.#output.off('resize', this.#resize);
    this.#statusRow?.close();
  }

  #prompt(): void {
    this.#page.startLine();
    if (this.#isClosed || this.#waiting > 0) return;
    this.#isPrompting = true;
    this.#page.column = prompt.length;
    this.#readline.prompt(true);
    this.#statusRow?.paint();
  }

  /** After a resize the rest of a long line begins a new line, because terminals differ in where they leave the cursor. */
  readonly #resize = (): void => {
    if (!this.#isPrompting && this.#page.column >= this.#page.columns) this.#page.startLine();
  };
}
