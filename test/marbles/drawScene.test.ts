import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawScene, escapeXml } from './drawScene.js';
import { layoutOf } from './layout.js';
import { overlapsIn, strayBoxes } from './overlaps.js';
import type { Look, Scene, SceneRow, Strand } from './scene.js';

const sceneOf = (strand: Strand, label = 'chunks'): Scene => ({
  name: 'picture',
  alt: 'A sentence.',
  isTimed: true,
  width: 640,
  blocks: [
    { kind: 'row', role: 'source', label, strands: [strand] },
    { kind: 'code', lines: ["stopWhen({ pattern: '<b>' })"] },
  ],
});
const textLook = (label: string): Look => ({ kind: 'text', label });

it('escapes texts, and leaves out characters that XML forbids', () => {
  expect(escapeXml('a < b && "c" > d')).toBe('a &lt; b &amp;&amp; &quot;c&quot; &gt; d');
  expect(escapeXml('a\u0000\u001Bb\uFFFE\uD800 😀')).toBe('ab 😀');
  const drawn = drawScene(sceneOf({ start: 0, values: [{ frame: 1, look: textLook('<script>') }] }, 'a & b'));
  expect(drawn).not.toContain('<script');
  expect(drawn).toContain('>&lt;script&gt;</text>');
  expect(drawn).toContain('>a &amp; b</text>');
  expect(drawn).toContain('&#39;&lt;b&gt;'.replaceAll('&#39;', "'"));
});

it('is an image with a title and a description, without anything from outside', () => {
  const drawn = drawScene(sceneOf({ start: 0, values: [{ frame: 1, look: textLook('Hi') }] }));
  expect(drawn).toMatch(
    /^<svg [^>]*role="img">\n<title>picture: A sentence\.<\/title>\n<desc>chunks: “Hi” at 1 ms, still open\./,
  );
  expect(drawn.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
    /https?:|href|url\(|@import|<script|<foreignObject/,
  );
  expect(drawn).toContain('@media(prefers-color-scheme:dark)');
});

it('draws a value, a group, and each ending by its own sign', () => {
  const values = [
    { frame: 5, look: textLook('a') },
    { frame: 5, look: textLook('b') },
  ];
  const group = drawScene(sceneOf({ start: 0, values, ending: { frame: 9, how: 'complete' } }));
  expect(group.match(/class="stack"/g)).toHaveLength(1);
  expect(group).toContain('class="complete"');
  const failed = drawScene(sceneOf({ start: 0, values: [], ending: { frame: 9, how: 'error', label: 'timeout' } }));
  expect(failed).toContain('class="cross"');
  expect(failed).toContain('>timeout</text>');
  const closed = drawScene(sceneOf({ start: 0, values: [], ending: { frame: 9, how: 'closed' } }));
  expect(closed).toContain('class="closed"');
  expect(closed).toContain('>closed</text>');
  expect(closed).not.toContain('class="complete"');
});

it('defines the classes that it uses, in both colour schemes, and no others', () => {
  const drawn = drawScene(sceneOf({ start: 0, values: [{ frame: 1, look: textLook('Hi') }] }));
  const used = new Set([...drawn.matchAll(/class="(\w+)"/g)].map(([, name]) => name));
  const [bright = '', night = ''] = drawn.split('@media');
  const defined = (sheet: string) => new Set([...sheet.matchAll(/\.([a-zA-Z]\w*)\{/g)].map(([, name]) => name));
  expect(defined(bright)).toEqual(used);
  expect(defined(night)).toEqual(used);
});

const looks = fc.oneof(
  fc.record({
    kind: fc.constantFrom('text' as const, 'value' as const, 'notice' as const, 'mark' as const),
    label: fc.string({ unit: 'grapheme', maxLength: 12 }),
    note: fc.string({ maxLength: 10 }),
  }),
  fc.record({
    kind: fc.constantFrom('finish' as const, 'screen' as const),
    label: fc.string({ maxLength: 12 }),
  }),
);

const rows = fc
  .record({
    role: fc.constantFrom('source' as const, 'input' as const, 'result' as const),
    start: fc.nat(20),
    steps: fc.array(fc.record({ wait: fc.nat(3000), look: looks }), { maxLength: 6 }),
    end: fc.constantFrom('complete' as const, 'closed' as const, 'error' as const, undefined),
    rest: fc.nat(100),
  })
  .map(({ role, start, steps, end, rest }): SceneRow => {
    let frame = start;
    const values = steps.map(({ wait, look }) => ({ frame: (frame += wait), look }));
    const last = frame + rest;
    const ending = end === 'error' ? { frame: last, how: end, label: 'rate_limit' } : end && { frame: last, how: end };
    return { kind: 'row', role, label: 'a row', strands: [{ start, values, ...(ending && { ending }) }] };
  });

const scenes = fc
  .record({ blocks: fc.array(rows, { minLength: 1, maxLength: 4 }), isTimed: fc.boolean() })
  .map(({ blocks, isTimed }): Scene => ({ name: 'any', alt: 'Any.', isTimed, width: 640, blocks }));

it('has no labels that overlap or stand out of the card, whatever happens in a scene', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const layout = layoutOf(scene);
      expect(overlapsIn(layout)).toEqual([]);
      expect(strayBoxes(layout)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('keeps the order of time, and draws the same bytes for the same scene', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { blocks } = layoutOf(scene);
      const groups = blocks.flatMap((block) =>
        block.kind === 'row' ? block.strands.flatMap((one) => one.groups) : [],
      );
      for (const a of groups) {
        for (const b of groups) {
          if (a.frame < b.frame) expect(a.x).toBeLessThan(b.x);
          if (a.frame === b.frame) expect(a.x).toBe(b.x);
        }
      }
      expect(drawScene(structuredClone(scene))).toBe(drawScene(scene));
    }),
    { numRuns: 50 },
  );
});
