import { Drawing } from './drawing.js';
import { heightOf, lineY, rowHeight } from './geometry.js';
import { talliesAt } from './moments.js';
import { outcomeOf, type Outcome } from './outcome.js';
import type { Recording } from './recording.js';
import { spanAfter, tickLabel, ticks, xOf, type Scale } from './scale.js';
import { escaped, SvgPen } from './svgPen.js';
import type { Theme } from './theme.js';

const width = 1200;
const edge = 24;
const fonts = 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif';

/** A picture of a whole run that stands by itself, in the colours of a theme. */
export function runSvg(
  recording: Recording,
  end: number,
  theme: Theme,
  { caption, expected }: { readonly caption: string; readonly expected: number | undefined },
): string {
  const scale: Scale = { span: spanAfter(end), width: width - 2 * edge };
  const pen = new SvgPen(theme);
  const drawing = new Drawing(pen, scale, recording);
  for (const moment of recording.moments) drawing.add(moment);
  drawing.extend(end);
  const outcomes = talliesAt(recording, end).map((tally) => outcomeOf(tally, expected, true));
  const sentences = recording.tracks.map(({ row }, index) => `${row.title}: ${outcomes[index]?.words ?? ''}.`);
  const height = heightOf(recording.tracks.length);
  const lines = captionLines(caption);
  const full = height + 2 * edge + Math.max(1, lines.length) * lineHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(full)}" width="${String(width)}" height="${String(full)}" ` +
      `role="img" aria-labelledby="title desc" font-family="${fonts}" font-size="11.5">`,
    `<title id="title">${escaped(caption || 'A run of rxjs-gemini')}</title>`,
    `<desc id="desc">${escaped(`A marble diagram. ${sentences.join(' ')}`)}</desc>`,
    `<rect width="100%" height="100%" rx="14" fill="${theme.card}"/>`,
    `<g transform="translate(${String(edge)} ${String(edge)})">`,
    grid(recording.tracks.length, scale, theme),
    pen.text,
    ...recording.tracks.map(({ row }, index) => head(row.title, outcomes[index], index, scale, theme)),
    ...lines.map((line, index) => captionLine(line, height + 20 + index * lineHeight, theme)),
    '</g></svg>',
  ].join('\n');
}

/** In px, for text of 14 px. */
const lineHeight = 22;

/** As many characters as fit into the width in any of the fonts. */
const longestLine = 130;

/** The caption in lines: SVG does not wrap text. */
function captionLines(caption: string): string[] {
  const lines: string[] = [];
  for (const word of caption.split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > longestLine) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

function captionLine(line: string, y: number, { ink }: Theme): string {
  return `<text y="${String(y)}" font-size="14" fill="${ink}">${escaped(line)}</text>`;
}

function head(title: string, outcome: Outcome | undefined, row: number, scale: Scale, theme: Theme): string {
  const y = String(row * rowHeight + 16);
  const { tone = 'waiting', words = '' } = outcome ?? {};
  const colour = tone === 'waiting' ? theme.muted : theme[tone];
  return (
    `<text y="${y}" font-size="14" font-weight="600" fill="${theme.ink}">${escaped(title)}</text>` +
    `<text x="${String(scale.width)}" y="${y}" font-size="13" text-anchor="end" fill="${colour}">${escaped(words)}</text>`
  );
}

function grid(rows: number, scale: Scale, { line, muted }: Theme): string {
  const bases = Array.from({ length: rows }, (_, row) => `<path d="M0 ${String(lineY(row))}H${String(scale.width)}"/>`);
  const marks = ticks(scale).map((time) => {
    const x = String(Math.round(xOf(time, scale)) + 0.5);
    const label = `<text x="${x}" y="${String(heightOf(rows) - 8)}" text-anchor="middle" stroke="none" fill="${muted}">${tickLabel(time)}</text>`;
    return `<path d="M${x} 26V${String(rows * rowHeight)}" stroke-dasharray="2 4"/>${label}`;
  });
  return `<g stroke="${line}">${bases.join('')}${marks.join('')}</g>`;
}
