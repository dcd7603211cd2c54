import { html } from './element.ts';
import { standaloneCode, withFiles } from './standaloneCode.ts';

/** The files of a project that runs a program in the browser. */
export function projectFiles(code: string, files: Readonly<Record<string, string>>): Record<string, string> {
  const dependencies = { '@google/genai': '^2.32.0', rxjs: '^7.8.2', 'rxjs-gemini': 'latest' };
  const manifest = {
    name: 'rxjs-gemini-scene',
    private: true,
    type: 'module',
    scripts: { start: 'vite' },
    dependencies,
    devDependencies: { vite: '^7.0.0' },
  };
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'index.html': page,
    'main.js': withFiles(printingCode(code), files) + print,
  };
}

/** The program, which prints on its page. A recording that it plays may have such calls in its texts: they stay. */
function printingCode(code: string): string {
  return standaloneCode(code).replaceAll('console.log(', 'print(').replaceAll('console.error(', 'print(');
}

const page = `<!doctype html>
<meta charset="utf-8" />
<title>rxjs-gemini</title>
<pre id="output"></pre>
<script type="module" src="/main.js"></script>
`;

const print = `
function print(...values) {
  const text = values.map((value) => value?.text ?? (typeof value === 'string' ? value : JSON.stringify(value)));
  document.querySelector('#output').append(text.join(' '), '\\n');
  console.log(...values);
}
`;

/** Opens a program in StackBlitz, in another tab. */
export function openInStackBlitz(title: string, code: string, files: Readonly<Record<string, string>>): void {
  const fields: Record<string, string> = {
    'project[title]': `rxjs-gemini: ${title}`,
    'project[description]': 'A scene of the playground of rxjs-gemini.',
    'project[template]': 'node',
  };
  for (const [name, text] of Object.entries(projectFiles(code, files))) fields[`project[files][${name}]`] = text;
  const inputs = Object.entries(fields).map(([name, value]) => {
    const input = html('textarea', { name });
    input.value = value;
    return input;
  });
  const action = 'https://stackblitz.com/run?file=main.js';
  const form = html('form', { method: 'post', action, target: '_blank', rel: 'noopener', hidden: true }, ...inputs);
  document.body.append(form);
  form.submit();
  form.remove();
}
