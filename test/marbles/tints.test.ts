import { expect, it } from 'vitest';
import type { Scene } from './scene.js';
import { tintsOf } from './tints.js';

const text = (label: string) => ({ kind: 'text' as const, label });
const scene: Scene = {
  name: 'tints',
  alt: 'Tints.',
  isTimed: false,
  width: 640,
  blocks: [
    {
      kind: 'row',
      role: 'source',
      label: 'chunks',
      strands: [{ start: 0, values: ['Sun', 'light ', 'is '].map((label, frame) => ({ frame, look: text(label) })) }],
    },
  ],
};

it('colours merged text by the values that brought it', () => {
  const tint = tintsOf(scene)();
  expect(tint(text('Sunlight'))).toEqual([
    { text: 'Sun', tone: 0 },
    { text: 'light', tone: 1 },
  ]);
  expect(tint(text(' is '))).toEqual([
    { text: ' ', tone: 1 },
    { text: 'is ', tone: 2 },
  ]);
});

it('finds a snapshot again, and leaves the addition of an operator without a colour', () => {
  const tint = tintsOf(scene)();
  tint(text('Sunlight is '));
  expect(tint(text('Sun'))).toEqual([{ text: 'Sun', tone: 0 }]);
  expect(tint(text('Sun**'))).toEqual([{ text: 'Sun', tone: 0 }, { text: '**' }]);
  expect(tint(text('other'))).toEqual([{ text: 'other' }]);
  expect(tint({ kind: 'value', label: 'Sun' })).toEqual([{ text: 'Sun' }]);
});
