/** Characters of scripts without spaces: a line may end before and after each, as after an emoji. */
const free =
  /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\u3000-\u303F\u30FB-\u30FC\uFF01-\uFF60\p{Emoji_Presentation}]/u;
/** Characters that never begin a line: closing brackets, full stops, small kana and marks of repetition. */
const closing =
  /^[!),.:;?\]}\u2019\u201D\u2026、。々〉》」』】〕〗〙〟ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮーヽヾ・！），．：；？］｝｠]/u;
/** Characters that never end a line: opening brackets. */
const opening = /[([{\u2018\u201C〈《「『【〔〖〘〝（［｛｟]$/u;

/** Whether a line may break between two graphemes of a text without white space. */
export function isBreakable(before: string, after: string): boolean {
  return (free.test(before) || free.test(after)) && !closing.test(after) && !opening.test(before);
}
