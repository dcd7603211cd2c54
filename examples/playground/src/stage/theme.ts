import { luminance, marbleColours } from './palette.js';
import { element } from './dom.js';

/** The colours that marks are drawn in, by the names of the page's custom properties. */
export const tokens = ['ink', 'muted', 'line', 'card', 'accent', 'good', 'bad', 'warn'] as const;
export type Token = (typeof tokens)[number];

/** All colours of the diagram, as hexadecimal sRGB. */
export type Theme = Readonly<Record<Token, string>> & { readonly marbles: readonly string[] };

/** System colours, for people who have chosen their own: shapes tell the marks apart. */
const systemColours: Readonly<Record<Token, string>> = {
  ink: 'CanvasText',
  muted: 'CanvasText',
  line: 'GrayText',
  card: 'Canvas',
  accent: 'Highlight',
  good: 'CanvasText',
  bad: 'CanvasText',
  warn: 'CanvasText',
};

/** Reads the colours that the page has at the moment. */
export function readTheme(parent: HTMLElement): Theme {
  const isForced = matchMedia('(forced-colors: active)').matches;
  const probe = element('span', { className: 'stage-probe', hidden: true });
  parent.append(probe);
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  });
  const read = (token: Token): string => {
    probe.style.color = isForced ? systemColours[token] : `var(--${token})`;
    return context ? hexOf(context, getComputedStyle(probe).color) : '#000000';
  };
  const colours = Object.fromEntries(tokens.map((token) => [token, read(token)])) as Record<Token, string>;
  probe.remove();
  const marbles = marbleColours(luminance(colours.card) < 0.3);
  return { ...colours, marbles: isForced ? marbles.map(() => colours.ink) : marbles };
}

/** A colour in any notation of CSS, painted and read back. */
function hexOf(context: CanvasRenderingContext2D, colour: string): string {
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Calls back when the colours may have changed; returns the way to stop. */
export function watchTheme(changed: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  // A page may have a switch of its own.
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true });
  return () => {
    for (const query of queries) query.removeEventListener('change', changed);
    observer.disconnect();
  };
}
