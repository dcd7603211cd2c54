import { readLength } from './topic.js';

/** The values that a prompt names, for properties by their names. */
export class PromptValues {
  readonly #prompt: string;
  #numbers: number[];

  constructor(prompt: string) {
    this.#prompt = prompt.slice(0, readLength).trim();
    this.#numbers = [...this.#prompt.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\d)/g)].map(([text]) => Number(text));
  }

  /** The text for a property, or a part of its name; undefined if the prompt does not name it. */
  textFor(words: readonly string[]): string | undefined {
    const [finder] = finders.filter(({ names }) => words.some((word) => names.has(word)));
    const found = finder?.find(this.#prompt)?.trim();
    return found === '' ? undefined : found;
  }

  /** The first of some texts that the prompt contains. */
  oneOf<T>(values: readonly T[]): T | undefined {
    const prompt = this.#prompt.toLowerCase();
    return values.find((value) => {
      if (typeof value !== 'string' || value === '') return false;
      const text = value.toLowerCase().replaceAll('_', ' ');
      const at = prompt.indexOf(text);
      return at >= 0 && !isLetter(prompt[at - 1]) && !isLetter(prompt[at + text.length]);
    });
  }

  /** The next number of the prompt, once each. */
  takeNumber(): number | undefined {
    return this.#numbers.shift();
  }
}

const isLetter = (character: string | undefined): boolean => character !== undefined && /\p{L}/u.test(character);

interface Finder {
  readonly names: ReadonlySet<string>;
  readonly find: (prompt: string) => string | undefined;
}

const name = "\\p{Lu}[\\p{L}'’-]*(?:\\s+(?:(?:de|la|le|van|von|of|the)\\s+)?\\p{Lu}[\\p{L}'’-]*)*";

const first = /* @__NO_SIDE_EFFECTS__ */ (pattern: RegExp) => (prompt: string) => pattern.exec(prompt)?.[1];

/** The name after one of some words, else the words there up to the end of the phrase. */
/* @__NO_SIDE_EFFECTS__ */
function phraseAfter(words: string) {
  const named = new RegExp(String.raw`\b(?:${words})\s+(?:the\s+)?(${name})`, 'u');
  const phrase = new RegExp(
    String.raw`\b(?:${words})\s+(?:the\s+)?([\p{L}'’ -]+?)(?=\s+(?:today|tonight|tomorrow|now|on|at|in|to|for|from|with|right|this|next|and|please)\b|[^\p{L}'’ -]|$)`,
    'iu',
  );
  return (prompt: string) => named.exec(prompt)?.[1] ?? phrase.exec(prompt)?.[1];
}

const finder = /* @__NO_SIDE_EFFECTS__ */ (names: string, find: Finder['find']): Finder => ({
  names: new Set(names.split(' ')),
  find,
});

const laterName = first(/(?<=\S\s+)(\p{Lu}[\p{L}'’-]*(?:\s+(?:(?:de|la|le|van|von|of|the)\s+)?\p{Lu}[\p{L}'’-]*)*)/u);
const quotedText = first(/["“«]([^"”»]{1,200})["”»]/);

const finders: readonly Finder[] = [
  finder('email mail', first(/([\w.+-]+@[\w-]+\.[\w.-]*\w)/)),
  finder('url uri link website', first(/(https?:\/\/[^\s)>"]+[^\s)>".,!?])/)),
  finder('date day', first(/\b(\d{4}-\d{2}-\d{2})\b/)),
  finder('origin source departure start', phraseAfter('from')),
  finder('destination arrival target', phraseAfter('to')),
  finder('city location place town country region address area', (prompt) =>
    phraseAfter('in|at|near|for|to|from|of')(prompt),
  ),
  finder(
    'recipient person user customer contact name',
    (prompt) => quotedText(prompt) ?? phraseAfter('named|called|to|for')(prompt) ?? laterName(prompt),
  ),
  finder('expression formula calculation', first(/([\d(][\d\s+*/().^%×÷-]*[\d)])/)),
  finder('topic subject about', (prompt) => quotedText(prompt) ?? phraseAfter('about|on|of|for')(prompt) ?? prompt),
  finder(
    'query question search prompt text message input request task content keywords q',
    (prompt) => quotedText(prompt) ?? prompt,
  ),
];
