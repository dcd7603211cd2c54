/** The names that scenes use, by their modules, in the order of the imports. */
const exportsOf: Readonly<Record<string, readonly string[]>> = {
  '@google/genai': ['GoogleGenAI'],
  rxjs: ['defer', 'delay', 'map', 'mergeMap', 'of', 'takeUntil', 'timer'],
  'rxjs-gemini': [
    'accumulate',
    'bufferChunks',
    'classifyErrors',
    'continueFrom',
    'createChat',
    'createRateLimiter',
    'fallback',
    'fromGemini',
    'fromInteraction',
    'fromSse',
    'hedge',
    'mapInOrder',
    'protectReply',
    'renderEvery',
    'resumeOnDrop',
    'retryTransient',
    'shareReply',
    'smoothText',
    'stopWhen',
    'takeUntilCancel',
    'timeoutReply',
    'toParts',
    'toReplyState',
    'toSseResponse',
    'toText',
    'withCost',
    'withProgress',
  ],
  'rxjs-gemini/emulator-fetch': ['apiError', 'emulatorFetch', 'replayRecording'],
  'rxjs-gemini/json': ['jsonAt', 'jsonTextAt', 'parseJson'],
};

/** A whole program: the body below the imports of all names that it calls. */
export function programOf(body: string): string {
  const imports = Object.entries(exportsOf).flatMap(([module, names]) => {
    const used = names.filter((name) => new RegExp(`\\b${name}\\(`).test(body));
    return used.length > 0 ? [importLine(module, used)] : [];
  });
  const separator = body.startsWith('import ') ? '\n' : '\n\n';
  return `${imports.join('\n')}${separator}${body.trim()}\n`;
}

function importLine(module: string, names: readonly string[]): string {
  const line = `import { ${names.join(', ')} } from '${module}';`;
  return line.length <= 90 ? line : `import {\n  ${names.join(',\n  ')},\n} from '${module}';`;
}

/** The lines of an operator, a field or a comment that is only there while its setting is on. */
export const when = (isOn: boolean, line: string) => (isOn ? line : '');

/** Lines of code; empty ones are left out, a line of one space is a blank line. */
export const lines = (...all: readonly string[]) =>
  all
    .filter((line) => line !== '')
    .map((line) => (line === ' ' ? '' : line))
    .join('\n');

/** The lines of a client whose requests an emulator answers. */
export const client = "const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { fetch } });";
export const model = "const model = 'gemini-2.5-flash';";
export const noKey = '// No key and no network: this emulator answers the real SDK. With a key, leave it out.';

/** The answer of most scenes, cut into chunks at each `|`. */
export const sky = [
  'The sky is |blue because |air scatters |short waves |of light |more than |long ones. ',
  '|Blue comes |to your eyes |from all sides; |red goes |straight |past you. ',
  '|At sunset |the light |takes a |longer way, |and red is |what is left.',
];
export const skyText = sky.join('').replaceAll('|', '');
export const skyChunks = sky.join('').split('|').length;

/** The lines of a constant with the chunks of an answer. */
export function answerLines(name: string, texts: readonly string[]): string {
  if (texts.length === 1) return `const ${name} = ${quoted(texts[0] ?? '')}.split('|');`;
  const literals = texts.map((text) => `  ${quoted(text)}`).join(' +\n');
  return `const ${name} = (\n${literals}\n).split('|');`;
}

export const quoted = (text: string) => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);

/** An expression with the operators that are on. */
export function pipeLines(source: string, ...operators: readonly string[]): string {
  const used = operators.filter((operator) => operator !== '');
  if (used.length === 0) return `export const view$ = ${source};`;
  const inner = used.map((operator) => operator.replace(/^/gm, '  ')).join(',\n');
  return `export const view$ = ${source}.pipe(\n${inner},\n);`;
}
