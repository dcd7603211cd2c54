import { duration } from './looks.js';
import type { Ending, Look, Scene, SceneRow, Strand } from './scene.js';

/** The content of a scene in words, for a reader who does not see the picture. */
export function describeScene(scene: Scene): string {
  const { isTimed } = scene;
  const blocks = scene.blocks.map((block) =>
    block.kind === 'code' ? `Then ${block.lines.map((line) => line.trim()).join(' ')}.` : rowInWords(block, isTimed),
  );
  return blocks.join(' ');
}

function rowInWords({ label, strands }: SceneRow, isTimed: boolean): string {
  const told = strands.map((strand) => strandInWords(strand, isTimed));
  return `${label}: ${told.length === 0 ? 'not subscribed' : told.join('; subscribed again: ')}.`;
}

function strandInWords({ start, values, ending }: Strand, isTimed: boolean): string {
  const at = (frame: number) => (isTimed ? ` at ${duration(frame)}` : '');
  const events = [
    ...(start > 0 ? [`subscribed${at(start)}`] : []),
    ...values.map(({ frame, look }) => lookInWords(look) + at(frame)),
    ending ? endingInWords(ending) + at(ending.frame) : 'still open',
  ];
  return events.join(', ');
}

function lookInWords({ kind, label, note }: Look): string {
  const shown = kind === 'text' ? `“${label}”` : kind === 'screen' ? `the view shows “${label}”` : label;
  const sort = kind === 'notice' || kind === 'mark' ? `${kind} ` : '';
  return `${sort}${shown}${note === undefined ? '' : ` (${note})`}`;
}

function endingInWords(ending: Ending): string {
  if (ending.how === 'error') return `error ${ending.label}`;
  return ending.how === 'complete' ? 'complete' : 'unsubscribed';
}
