import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import type { ProgramFailure } from '../run/protocol.ts';

/** An editor of a program. */
export class Editor {
  readonly #view: EditorView;

  constructor(parent: HTMLElement, code: string, onRun: () => void) {
    const run = { key: 'Mod-Enter', run: () => (onRun(), true) };
    const leave = { key: 'Escape', run: ({ contentDOM }: EditorView) => (contentDOM.blur(), true) };
    const extensions = [
      lineNumbers(),
      lintGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      highlightActiveLine(),
      javascript(),
      syntaxHighlighting(classHighlighter),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'Program' }),
      keymap.of([run, leave, indentWithTab, ...defaultKeymap, ...historyKeymap]),
    ];
    this.#view = new EditorView({ parent, state: EditorState.create({ doc: code, extensions }) });
  }

  get code(): string {
    return this.#view.state.doc.toString();
  }

  set code(code: string) {
    const { length } = this.#view.state.doc;
    this.#view.dispatch({ changes: { from: 0, to: length, insert: code } });
  }

  focus(): void {
    this.#view.focus();
  }

  /** Shows a failure at its line. */
  show(failure: ProgramFailure | undefined): void {
    const { doc } = this.#view.state;
    const line = failure?.line === undefined ? undefined : doc.line(Math.min(failure.line, doc.lines));
    const diagnostics =
      failure && line ? [{ from: line.from, to: line.to, severity: 'error' as const, message: failure.message }] : [];
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
    if (line) this.#view.dispatch({ effects: EditorView.scrollIntoView(line.from, { y: 'nearest' }) });
  }

  destroy(): void {
    this.#view.destroy();
  }
}
