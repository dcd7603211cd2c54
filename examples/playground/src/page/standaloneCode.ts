const mark = '// The playground shows each Observable that is exported. Elsewhere, they are subscribed here:';

/** The program as a file of its own, which prints the values of all Observables that it exports. */
export function standaloneCode(code: string, files: Readonly<Record<string, string>> = {}): string {
  const program = withFiles(code.trimEnd(), files);
  const names = [...program.matchAll(/^export const ([\w$]+)\s*=/gm)].map(([, name = '']) => name);
  const subscriptions = names.map((name) => subscriptionOf(name, names.length > 1));
  return [program, '', mark, ...subscriptions, ''].join('\n');
}

/** The program without the lines that `standaloneCode` adds: for a copied program that is pasted back. */
export function withoutSubscriptions(code: string): string {
  const at = code.indexOf(mark);
  return at < 0 ? code : `${code.slice(0, at).trimEnd()}\n`;
}

function subscriptionOf(name: string, isNamed: boolean): string {
  const label = isNamed ? `'${name}', ` : '';
  const lines = [
    `${name}.subscribe({`,
    `  next: (value) => console.log(${label}value),`,
    `  error: (error) => console.error(${label}error.message),`,
    `  complete: () => console.log(${label}'complete'),`,
    '});',
  ];
  return lines.join('\n');
}

/** A file that is imported becomes a part of the program: a module of one constant. */
export function withFiles(code: string, files: Readonly<Record<string, string>>): string {
  let program = code;
  for (const [name, text] of Object.entries(files)) {
    const importLine = new RegExp(`^import .* from '\\./${name.replace('.', '\\.')}';$`, 'm');
    program = program.replace(importLine, () => text.replace(/^export /gm, '').trimEnd());
  }
  return program;
}
