/** The colours of one scheme. */
export interface Scheme {
  readonly card: string;
  readonly edge: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly guide: string;
  readonly code: string;
  readonly codeEdge: string;
  readonly codeInk: string;
  readonly call: string;
  readonly value: string;
  readonly valueEdge: string;
  readonly mark: string;
  readonly markEdge: string;
  readonly markInk: string;
  readonly finish: string;
  readonly finishInk: string;
  readonly error: string;
  readonly bar: string;
  /** Fill and ink of the texts of a source's first, second, … value. */
  readonly tones: readonly (readonly [fill: string, ink: string])[];
}

export const light: Scheme = {
  card: '#ffffff',
  edge: '#d9dfe9',
  ink: '#1b2130',
  muted: '#596377',
  line: '#7d889d',
  guide: '#e6eaf1',
  code: '#f2f5fc',
  codeEdge: '#d3dcf3',
  codeInk: '#33405e',
  call: '#2a4fd0',
  value: '#eceff5',
  valueEdge: '#c3cad6',
  mark: '#fff1e2',
  markEdge: '#c8641b',
  markInk: '#954008',
  finish: '#3f4a60',
  finishInk: '#ffffff',
  error: '#c4173d',
  bar: '#2f9e69',
  tones: [
    ['#d3e2ff', '#143a86'],
    ['#c9efd9', '#0c4d30'],
    ['#ffe4b0', '#634000'],
    ['#ffd6e0', '#861437'],
    ['#e4daff', '#45208c'],
    ['#c3ecf1', '#094a55'],
  ],
};

export const dark: Scheme = {
  card: '#12161f',
  edge: '#2a3241',
  ink: '#e8ecf4',
  muted: '#a5b0c3',
  line: '#69758b',
  guide: '#222936',
  code: '#1a2130',
  codeEdge: '#303c57',
  codeInk: '#cdd6ea',
  call: '#8fb0ff',
  value: '#252c3b',
  valueEdge: '#47536a',
  mark: '#36210f',
  markEdge: '#ec8f47',
  markInk: '#ffc08b',
  finish: '#c7d0e2',
  finishInk: '#12161f',
  error: '#ff7f98',
  bar: '#4cc38a',
  tones: [
    ['#21407f', '#dde8ff'],
    ['#15563c', '#cff6e1'],
    ['#62460c', '#ffeac5'],
    ['#70203c', '#ffdfe8'],
    ['#473494', '#ebe3ff'],
    ['#115460', '#cff4f8'],
  ],
};

/** The rules of one scheme, by class. */
function rulesOf(scheme: Scheme): Record<string, string> {
  const { tones, ...of } = scheme;
  return {
    card: `fill:${of.card};stroke:${of.edge}`,
    line: `stroke:${of.line}`,
    head: `fill:${of.line}`,
    guide: `stroke:${of.guide}`,
    label: `fill:${of.muted}`,
    tick: `fill:${of.muted}`,
    note: `fill:${of.muted}`,
    ink: `fill:${of.ink}`,
    code: `fill:${of.code};stroke:${of.codeEdge}`,
    source: `fill:${of.codeInk}`,
    call: `fill:${of.call}`,
    value: `fill:${of.value};stroke:${of.valueEdge}`,
    notice: `fill:${of.card};stroke:${of.line}`,
    mark: `fill:${of.mark};stroke:${of.markEdge}`,
    markInk: `fill:${of.markInk}`,
    finish: `fill:${of.finish}`,
    finishInk: `fill:${of.finishInk}`,
    stack: `fill:${of.code};stroke:${of.codeEdge}`,
    complete: `stroke:${of.ink}`,
    cross: `stroke:${of.error}`,
    errorInk: `fill:${of.error}`,
    closed: `fill:${of.card};stroke:${of.muted}`,
    screen: `fill:${of.card};stroke:${of.line}`,
    track: `fill:${of.guide}`,
    bar: `fill:${of.bar}`,
    joint: `stroke:${of.card}`,
    ...Object.fromEntries(
      tones.flatMap(([fill, ink], n) => [
        [`t${n}`, `fill:${fill}`],
        [`k${n}`, `fill:${ink}`],
      ]),
    ),
  };
}

/** Rules that both schemes share. */
const shapes: Record<string, string> = {
  line: 'stroke-width:2',
  label: 'font:600 13px system-ui,sans-serif',
  tick: 'font-size:12px',
  note: 'font-size:12px',
  source: 'font-size:15px',
  call: 'font-weight:600',
  notice: 'stroke-dasharray:4 3',
  mark: 'stroke-width:2',
  complete: 'stroke-width:3',
  cross: 'stroke-width:3;fill:none',
  closed: 'stroke-width:2',
  errorInk: 'font-size:13px',
  joint: 'stroke-width:1.5',
};

/** The style sheet of a picture, for the classes that it uses. */
export function styleFor(classes: ReadonlySet<string>): string {
  const sheet = (rules: Readonly<Record<string, string>>) =>
    Object.entries(rules)
      .filter(([name]) => classes.has(name))
      .map(([name, rule]) => `.${name}{${rule}}`)
      .join('');
  const font =
    'text{font:16px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}';
  return `${font}${sheet(shapes)}${sheet(rulesOf(light))}@media(prefers-color-scheme:dark){${sheet(rulesOf(dark))}}`;
}
