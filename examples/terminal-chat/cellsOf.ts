const characters = new Intl.Segmenter();
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;

/** The number of terminal cells that a text takes: East Asian characters and emoji take two. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const { segment } of characters.segment(text)) cells += wide.test(segment) ? 2 : 1;
  return cells;
}
