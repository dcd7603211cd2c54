import { Page } from '../../../examples/terminal-chat/page.js';
import { MarkdownWriter } from '../../../examples/terminal-chat/markdown/markdownWriter.js';

/** The output for a text in Markdown that arrives in pieces. */
export function output(pieces: readonly string[], columns = 60, hasStyles = true): string {
  let printed = '';
  const page = new Page({ isTTY: true, columns, hasColors: () => hasStyles, write: (text) => (printed += text) });
  const writer = new MarkdownWriter(page);
  for (const piece of pieces) writer.write(piece);
  writer.end();
  return printed;
}

/** The shown text, with styles as tags: `<bold>word</bold>`. */
export function tagged(text: string, columns = 60): string {
  const names: Readonly<Record<string, string>> = {
    1: '<b>',
    22: '</>',
    2: '<dim>',
    3: '<i>',
    23: '</>',
    4: '<u>',
    24: '</>',
    9: '<s>',
    29: '</>',
    36: '<code>',
    39: '</>',
  };
  const tags = output([text], columns).replaceAll(/\u001B\[(\d+)m/g, (_, code: string) => names[code] ?? `<${code}>`);
  // A space is written with the word that follows it.
  return tags.replaceAll(/<\/>(<\w+>) /g, (_, tag: string) => `</>${tag} `);
}
