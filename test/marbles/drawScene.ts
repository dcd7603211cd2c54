import { describeScene } from './describeScene.js';
import { endingLabel, measures, pillWidth, sizes, widthOf, type Box } from './groups.js';
import {
  dot,
  layoutOf,
  type Layout,
  type PlacedCode,
  type PlacedGroup,
  type PlacedRow,
  type PlacedStrand,
} from './layout.js';
import type { Ending, RowRole, Scene } from './scene.js';
import { styleFor } from './theme.js';
import type { Piece } from './tints.js';

/** Draws a scene as an SVG, of which the bytes depend on the scene only. */
export function drawScene(scene: Scene): string {
  const layout = layoutOf(scene);
  const { width, height, blocks } = layout;
  const body = [
    ...axisOf(layout),
    ...blocks.flatMap((block) => (block.kind === 'code' ? codeOf(block, layout) : rowOf(block))),
  ].join('\n');
  const classes = new Set([...body.matchAll(/class="([^"]+)"/g)].flatMap(([, names = '']) => names.split(' ')));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escapeXml(`${scene.name}: ${scene.alt}`)}</title>
<desc>${escapeXml(describeScene(scene))}</desc>
<style>${styleFor(classes.add('card'))}</style>
<rect class="card" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="12"/>
${body}
</svg>
`;
}

/** Escapes a text for the content of an element or an attribute; characters that XML forbids are left out. */
export function escapeXml(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text
    .replace(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (found) => escapes[found] ?? '');
}

function axisOf({ axis, left, right, blocks }: Layout): string[] {
  if (!axis) return [];
  const { y, ticks, breaks } = axis;
  const top = Math.min(...blocks.map((block) => block.y));
  return [
    `<path class="guide" d="${ticks.map(({ x }) => `M${x} ${top}V${y}`).join('')}"/>`,
    `<path class="line" style="stroke-width:1" d="M${left} ${y}H${right}"/>`,
    ...breaks.map((x) => `<path class="line" d="M${x - 40} ${y + 5}l5 -10m4 0l-5 10"/>`),
    ...ticks
      .filter(({ isShown }) => isShown)
      .map(({ x, label }) => `<text class="tick" text-anchor="middle" x="${x}" y="${y + 18}">${label}</text>`),
  ];
}

function codeOf({ code, y, height }: PlacedCode, { left, right }: Layout): string[] {
  const longest = Math.max(...code.lines.map((line) => widthOf(line, sizes.code)));
  const x = Math.round((left + right - longest) / 2);
  return [
    `<rect class="code" x="${left - 8}" y="${y}" width="${right - left + 16}" height="${height}" rx="8"/>`,
    ...code.lines.map(
      (line, index) => `<text class="source" x="${x}" y="${y + 27 + index * 22}">${coloured(line)}</text>`,
    ),
  ];
}

/** A line of code in which the names of called functions stand out. */
function coloured(line: string): string {
  return line
    .split(/(\b[a-zA-Z]\w*(?=\())/)
    .map((part, index) => (index % 2 === 1 ? `<tspan class="call">${part}</tspan>` : escapeXml(part)))
    .join('');
}

function rowOf({ row, top, y, strands }: PlacedRow): string[] {
  return [
    `<text class="label" x="${labelX}" y="${top + 14}">${escapeXml(row.label)}</text>`,
    ...strands.flatMap((strand) => strandOf(strand, y, row.role)),
  ];
}

const labelX = 18;

function strandOf({ x, end, isOpen, groups }: PlacedStrand, y: number, role: RowRole): string[] {
  return [
    `<path class="line" d="M${x} ${y}H${isOpen ? end - 6 : n(end)}"/>`,
    `<circle class="head" cx="${x}" cy="${y}" r="${dot}"/>`,
    ...(isOpen ? [`<path class="head" d="M${end} ${y}l-10 -5v10z"/>`] : []),
    ...groups.flatMap((group) => groupShape(group, y, role)),
  ];
}

function groupShape({ x, boxes, ending, endingAt, below }: PlacedGroup, y: number, role: RowRole): string[] {
  let top = y - measures.box / 2;
  const shapes = boxes.flatMap((box) => {
    const shape = boxShape(box, x, top);
    top += box.height + measures.stack;
    return shape;
  });
  const { frame: edge } = measures;
  const widest = Math.max(0, ...boxes.map(({ width }) => width)) + 2 * edge;
  const height = below + measures.box / 2 + 2 * edge;
  const frame = `<rect class="stack" x="${n(x - widest / 2)}" y="${y - measures.box / 2 - edge}" width="${n(widest)}" height="${n(height)}" rx="10"/>`;
  return [
    ...(boxes.length > 1 ? [frame] : []),
    ...shapes,
    ...(ending ? endingShape(ending, x + endingAt, y, role) : []),
  ];
}

function endingShape(ending: Ending, x: number, y: number, role: RowRole): string[] {
  const label = escapeXml(endingLabel(ending, role));
  const beside = n(x + measures.sign + 5);
  switch (ending.how) {
    case 'complete':
      return [`<path class="complete" d="M${n(x)} ${y - 20}v40"/>`];
    case 'error':
      return [
        `<path class="cross" d="M${n(x - 7)} ${y - 7}l14 14m0 -14l-14 14"/>`,
        `<text class="errorInk" x="${beside}" y="${y + 4.5}">${label}</text>`,
      ];
    case 'closed':
      return [
        `<circle class="closed" cx="${n(x)}" cy="${y}" r="6.5"/><path class="closed" d="M${n(x - 4.5)} ${y + 4.5}l9 -9"/>`,
        `<text class="note" x="${beside}" y="${y + 4}">${label}</text>`,
      ];
  }
}

function boxShape(box: Box, x: number, top: number): string[] {
  const { look, pieces } = box;
  if (look.kind === 'screen') return screenShape(box, x, top);
  const noteShape = look.note === undefined ? [] : [middle('note', x, top + measures.box + 12, look.note)];
  const width = pillWidth(pieces);
  const left = x - width / 2;
  const middleY = top + 20.5;
  if (look.kind === 'text') return [...textShape(pieces, left, width, top), ...noteShape];
  const radius = { value: 6, notice: 15, mark: 3, finish: 6 }[look.kind];
  const ink = { value: 'ink', notice: 'ink', mark: 'markInk', finish: 'finishInk' }[look.kind];
  return [
    `<rect class="${look.kind}" x="${n(left)}" y="${top + 0.5}" width="${n(width)}" height="29" rx="${radius}"/>`,
    middle(ink, x, middleY, look.label),
    ...noteShape,
  ];
}

/** A pill of one stretch for each piece. */
function textShape(pieces: readonly Piece[], left: number, width: number, top: number): string[] {
  const length = pieces.reduce((sum, { text }) => sum + widthOf(text, sizes.label), 0);
  const pad = (width - length) / 2;
  let x = left;
  return pieces.flatMap(({ text, tone }, index) => {
    const isFirst = index === 0;
    const isLast = index === pieces.length - 1;
    const inner = widthOf(text, sizes.label);
    const start = x;
    const end = start + inner + (isFirst ? pad : 0) + (isLast ? pad : 0);
    const centre = start + (isFirst ? pad : 0) + inner / 2;
    x = end;
    return [
      `<path class="${tone === undefined ? 'value' : `t${tone}`}" d="${pillPath(start, end, top, isFirst, isLast)}"/>`,
      ...(isFirst ? [] : [`<path class="joint" d="M${n(start)} ${top}v${measures.box}"/>`]),
      middle(tone === undefined ? 'ink' : `k${tone}`, centre, top + 20.5, text),
    ];
  });
}

function pillPath(start: number, end: number, top: number, isFirst: boolean, isLast: boolean): string {
  const r = 15;
  const from = isFirst ? start + r : start;
  const to = isLast ? end - r : end;
  const right = isLast ? `a15 15 0 0 1 0 30` : 'v30';
  const left = isFirst ? `a15 15 0 0 1 0 -30` : '';
  return `M${n(from)} ${top}H${n(to)}${right}H${n(from)}${left}z`;
}

function screenShape({ look, lines, width, height }: Box, x: number, top: number): string[] {
  const { box, stem, screenPad, line } = measures;
  const y = top + box / 2 + stem;
  const left = x - width / 2;
  const percent = Number.parseFloat(look.note ?? '');
  const barWidth = width - 2 * screenPad - 44;
  const barY = y + screenPad + lines.length * line + 8;
  return [
    `<path class="line" d="M${x} ${top + box / 2}v${stem}"/><circle class="head" cx="${x}" cy="${top + box / 2}" r="${dot}"/>`,
    `<rect class="screen" x="${n(left)}" y="${y}" width="${n(width)}" height="${height - box / 2 - stem}" rx="6"/>`,
    ...lines.map((pieces, index) => {
      const spans = pieces.map(
        ({ text, tone }) => `<tspan${tone === undefined ? '' : ` class="k${tone}"`}>${escapeXml(text)}</tspan>`,
      );
      return `<text class="ink" style="font-size:${sizes.screen}px" x="${n(left + screenPad)}" y="${y + screenPad + 12 + index * line}">${spans.join('')}</text>`;
    }),
    ...(look.note === undefined
      ? []
      : [
          `<rect class="track" x="${n(left + screenPad)}" y="${barY}" width="${n(barWidth)}" height="6" rx="3"/>`,
          `<rect class="bar" x="${n(left + screenPad)}" y="${barY}" width="${n((barWidth * percent) / 100)}" height="6" rx="3"/>`,
          `<text class="note" text-anchor="end" x="${n(left + width - screenPad)}" y="${barY + 7}">${escapeXml(look.note)}</text>`,
        ]),
  ];
}

function middle(name: string, x: number, y: number, text: string): string {
  return `<text class="${name}" text-anchor="middle" x="${n(x)}" y="${y}">${escapeXml(text)}</text>`;
}

/** A number with one digit after the point. */
const n = (value: number) => Number(value.toFixed(1));
