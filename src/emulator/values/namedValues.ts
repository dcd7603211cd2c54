import type { SeededRandom } from './seededRandom.js';
import { knownItems } from './topicItems.js';

/** The words of a name in camelCase or with separators, in lower case. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** Writes a text that suits a property by the last words of its name. */
export function namedText(words: readonly string[], random: SeededRandom): string {
  for (const word of words.toReversed()) {
    const texts =
      textsFor.get(word) ?? knownItems(word) ?? knownItems(`${word}s`) ?? knownItems(word.replace(/y$/, 'ies'));
    const [first, ...others] = texts ?? [];
    if (first !== undefined) return random.pick([first, ...others]);
  }
  return random.pick(['amber', 'cedar', 'harbour', 'lantern', 'meadow', 'silver', 'willow']);
}

/** The usual range of a property by the last words of its name, and its decimals. */
export function namedRange(words: readonly string[]): readonly [least: number, most: number, decimals: number] {
  for (const word of words.toReversed()) {
    const range = ranges.get(word) ?? ranges.get(word.replace(/s$/, ''));
    if (range) return range;
  }
  return [1, 100, 1];
}

const sentences = [
  'An emulator wrote this sentence, not a model.',
  'It is plausible, and made up.',
  'A short text that fits the schema.',
];

const textTable: readonly (readonly [names: string, texts: readonly string[]])[] = [
  ['description summary text content message comment reason explanation answer body note notes bio', sentences],
  [
    'title headline subject heading',
    ['A quiet morning', 'The long way home', 'Notes on a small planet', 'Three easy steps'],
  ],
  ['name username', knownItems('people') ?? []],
  ['author person user owner customer contact recipient', knownItems('people') ?? []],
  ['location place destination origin town', knownItems('cities') ?? []],
  ['address street', ['12 Harbour Street', '4 Mill Lane', '27 Station Road']],
  ['email mail', ['ada@example.com', 'alan@example.com', 'grace@example.com']],
  ['url uri link website image', ['https://example.com/alder', 'https://example.com/birch']],
  ['phone telephone', ['+15550100', '+15550123']],
  ['id key sku code', ['a17', 'b42', 'c58', 'd93']],
  ['date', ['2026-03-14', '2026-06-21', '2026-10-05']],
  ['time', ['08:30', '12:15', '19:45']],
  ['currency', ['EUR', 'USD', 'JPY']],
  ['unit', ['celsius', 'metres', 'grams']],
  ['status state', ['active', 'pending', 'done']],
  ['category type kind genre tag label topic', ['travel', 'science', 'cooking', 'music']],
  ['step instruction instructions', ['Mix all.', 'Wait for ten minutes.', 'Serve warm.']],
  ['sentiment mood', ['positive', 'neutral', 'negative']],
  ['condition conditions weather', ['sunny', 'cloudy', 'light rain']],
  ['duration', ['20 minutes', '1 hour']],
  ['origin', knownItems('countries') ?? []],
];

const textsFor: ReadonlyMap<string, readonly string[]> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ textTable.flatMap(([names, texts]) => names.split(' ').map((name) => [name, texts] as const)),
);

const rangeTable: readonly (readonly [names: string, range: readonly [number, number, number]])[] = [
  ['rating stars score', [1, 5, 1]],
  ['age', [18, 80, 0]],
  ['year', [1990, 2026, 0]],
  ['price cost amount total', [3, 60, 2]],
  ['temperature', [5, 30, 1]],
  ['percent percentage humidity', [0, 100, 0]],
  ['probability confidence likelihood', [0, 1, 2]],
  ['latitude lat', [-60, 60, 4]],
  ['longitude lon lng', [-170, 170, 4]],
  ['count quantity number rank index position passengers guests adults rooms days nights people seats', [1, 12, 0]],
  ['minutes duration hours seconds', [5, 90, 0]],
];

const ranges: ReadonlyMap<string, readonly [number, number, number]> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ rangeTable.flatMap(([names, range]) => names.split(' ').map((name) => [name, range] as const)),
);
