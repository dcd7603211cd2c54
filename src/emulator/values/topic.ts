import { knownItems } from './topicItems.js';

/** The things that a prompt asks for, such as `three teas`. */
export interface Topic {
  /** The number of things; undefined if the prompt has no number. */
  readonly count: number | undefined;
  /** The word for the things, in lower case; `''` if the prompt has none. */
  readonly noun: string;
}

const countWords: Readonly<Record<string, number>> = {
  a: 1,
  one: 1,
  two: 2,
  'a couple of': 2,
  three: 3,
  'a few': 3,
  some: 3,
  several: 4,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  'a dozen': 12,
  twenty: 20,
};

/** The length of the beginning of a prompt that is read. */
export const readLength = 2000;

/** The most things that an answer lists. */
const maxCount = 100;

const plural =
  '(?:(?!(?:this|does|always|across|plus|less|yes)\\b)\\p{L}{3,}(?<!s)s|people|children|men|women|mice|fish|species|series|data)';
const counted = /* @__PURE__ */ countedThings();
const listed = /* @__PURE__ */ listedThings();

function countedThings(): RegExp {
  const words = Object.keys(countWords).filter((word) => /^[b-z]\w+$/.test(word));
  const number = String.raw`\d{1,3}|a couple of|a few|a dozen|${words.join('|')}`;
  return new RegExp(String.raw`\b(?<count>${number})\s+(?:[\p{L}-]+\s+){0,2}?(?<noun>${plural})\b`, 'iu');
}

function listedThings(): RegExp {
  return new RegExp(
    String.raw`\b(?:list|table|names?|array|overview|of|the|all|my|about)\s+(?:of\s+)?(?:the\s+|all\s+|some\s+)?(?:[\p{L}-]+\s+)??(?<noun>${plural})\b`,
    'iu',
  );
}

/** Reads the things that a prompt asks for. */
export function topicOf(prompt: string): Topic {
  const start = prompt.slice(0, readLength);
  const { count, noun = knownNoun(start) } = counted.exec(start)?.groups ?? listed.exec(start)?.groups ?? {};
  return { count: count === undefined ? undefined : toCount(count), noun: noun.toLowerCase() };
}

/** The first known thing in a text, such as that of `describe a tea`. */
function knownNoun(text: string): string {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words.map((word) => [word, `${word}s`].find((plural) => knownItems(plural))).find((plural) => plural) ?? '';
}

function toCount(text: string): number {
  return Math.min(maxCount, countWords[text.toLowerCase()] ?? Number(text));
}

/** The name of a thing, by its position in a list: a known one, else the word with a number. */
export function itemName({ noun }: Topic, position: number): string {
  const known = knownItems(noun) ?? knownItems(`${noun}s`);
  const name = known?.[position];
  if (name !== undefined) return name;
  return `${capitalized(singular(noun || 'items'))} ${String(position + 1)}`;
}

/** The singular of an English word, as far as the usual rules go. */
export function singular(noun: string): string {
  return noun
    .replace(/^people$/, 'person')
    .replace(/^children$/, 'child')
    .replace(/ies$/, 'y')
    .replace(/(?<=s|x|ch|sh)es$/, '')
    .replace(/(?<=[^s])s$/, '');
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
