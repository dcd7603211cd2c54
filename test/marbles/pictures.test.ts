import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exportedFunctions } from '../docs/examples.js';
import { allPictures } from './allPictures.js';
import { drawScene } from './drawScene.js';
import { layoutOf } from './layout.js';
import { overlapsIn, strayBoxes } from './overlaps.js';
import { drawnBefore, folder } from './pictureFiles.js';
import { playPicture, type CompareFrames } from './stage.js';

const compare: CompareFrames = (actual, expected) => expect(actual).toEqual(expected);

/** The functions with a picture that return no operator; `legend` and `pipeline` explain no single function. */
const others = ['closeMarkdown', 'createRateLimiter', 'createReplies', 'fallback', 'hedge', 'mergeChunks'];
const operators = exportedFunctions().flatMap(({ name, isPipeable }) => (isPipeable ? [name] : []));
const names = allPictures.map(({ name }) => name);

it('draws every operator that the package exports', () => {
  const expected = [...operators, ...others, 'legend', 'pipeline'];
  expect([...names].sort()).toEqual(expected.sort());
});

it('has no file without a picture', () => {
  expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.svg`).sort());
});

describe.each(allPictures)('$name', (picture) => {
  it('happens as expected, and as the file shows', () => {
    const drawn = drawScene(playPicture(picture, compare));
    expect(drawn === drawnBefore(picture.name), '`npm run docs` draws the picture anew').toBe(true);
  });

  it('has labels that do not overlap, all within the card', () => {
    const layout = layoutOf(playPicture(picture));
    expect(overlapsIn(layout)).toEqual([]);
    expect(strayBoxes(layout)).toEqual([]);
  });

  it('is small, and wide enough for its text on a phone', () => {
    const scene = playPicture(picture);
    const isLarge = picture.name === 'pipeline';
    expect(drawScene(scene).length).toBeLessThan(isLarge ? 11_000 : 8000);
    expect(layoutOf(scene).width).toBeLessThanOrEqual(isLarge ? 760 : 660);
  });

  it('is explained by a sentence', () => {
    expect(picture.alt).toMatch(/^[A-Z][^<>[\]]*\.$/);
  });
});

describe('code in a picture', () => {
  const sources = ['legend', 'live', 'measure', 'pipeline', 'protect', 'send', 'shape', 'share', 'show'].map((room) =>
    readFileSync(fileURLToPath(new URL(`pictures/${room}.ts`, import.meta.url)), 'utf8'),
  );
  const code = sources.map(bare).join('');

  it.each(allPictures)('is the code of its test: $name', (picture) => {
    const lines = playPicture(picture).blocks.flatMap((block) => (block.kind === 'code' ? block.lines : []));
    // Once as the text of the picture, and once more as the code that runs.
    expect(lines.filter((line) => code.split(bare(line)).length < 3)).toEqual([]);
  });
});

/** Code without the differences that a formatter makes, and without the backslashes of a string. */
function bare(source: string): string {
  return source.replace(/,?\s+|,(?=[)}\]])|\\/g, '').replace(/,$/, '');
}
