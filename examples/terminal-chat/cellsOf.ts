import { graphemesOf } from './graphemesOf.js';

/** Code points of two cells: the values W and F of Unicode's property East_Asian_Width, which JavaScript does not have. */
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hira}\p{Script=Kana}\p{Script=Bopo}\p{Script=Yi}\p{Script=Tangut}\p{Script=Nshu}\p{Script=Kits}\p{Emoji_Presentation}\u2329\u232A\u2630-\u2637\u268A-\u268F\u2E80-\u303E\u309B-\u30FF\u3190-\u31EF\u3200-\u33FF\u4DC0-\u4DFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1D300}-\u{1D376}\u{1F200}-\u{1F265}]/u;
/** Exceptions: circled numbers, half-width forms, tone marks, and the vowels and finals that complete a Hangul syllable. */
const narrow = /[\u02EA\u02EB\u1160-\u11FF\u3248-\u324F\uD7B0-\uD7FB\uFF61-\uFFDC]/u;
/** An emoji made of several code points: by a variation selector, as a key, as a flag, or joined. */
const emojiSequence = /\p{Emoji}\uFE0F|^[\d#*]\u20E3|^\p{RI}{2}|\p{Extended_Pictographic}\u200D/u;
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u;
/** Characters that take cells of their own after the first of a grapheme. */
const spacing = /[\p{Mc}\p{Script=Hangul}\uFF61-\uFFDC]/u;

/** The number of terminal cells that a text takes: East Asian characters and emoji take two, combining marks none. */
export function cellsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let cells = 0;
  for (const grapheme of graphemesOf(text)) cells += cellsOfGrapheme(grapheme);
  return cells;
}

function cellsOfGrapheme(grapheme: string): number {
  if (emojiSequence.test(grapheme)) return 2;
  const [first, ...rest] = Array.from(grapheme).filter((character) => !invisible.test(character));
  if (first === undefined) return 0;
  let cells = cellsOfCharacter(first);
  for (const character of rest) if (spacing.test(character)) cells += cellsOfCharacter(character);
  return cells;
}

function cellsOfCharacter(character: string): number {
  if (/[\u1160-\u11FF\uD7B0-\uD7FB]/u.test(character)) return 0;
  return wide.test(character) && !narrow.test(character) ? 2 : 1;
}
