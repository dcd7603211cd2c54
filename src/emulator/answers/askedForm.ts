import { namedRange, namedText, wordsOf } from '../values/namedValues.js';
import { SeededRandom } from '../values/seededRandom.js';
import { capitalized, itemName, singular, topicOf, type Topic } from '../values/topic.js';

/** The rows of a table or of a list without a number in the prompt. */
const usualCount = 3;

/**
 * The answer to a prompt that asks for a form: a table, code, JSON or a list, in Markdown. Undefined for any other
 * prompt.
 */
export function formedText(prompt: string, seed: number): string | undefined {
  const start = prompt.slice(0, 2000);
  const random = new SeededRandom(`${String(seed)}/${start}`);
  const topic = topicOf(start);
  if (/\btable\b(?!\s+(?:tennis|top|spoon))/i.test(start)) return framed(tableOf(topic, columnsIn(start), random));
  if (
    /\b(?:in|as|return|reply with|output|give me|some)\s+(?:valid\s+|plain\s+)?json\b|\bjson\s+(?:object|array|list|document|only)\b/i.test(
      start,
    )
  ) {
    return framed(fenced('json', JSON.stringify(rowsOf(topic, columnsIn(start), random), null, 2)));
  }
  const language = languageIn(start);
  if (language !== undefined) return framed(fenced(language, codeIn(language, topic)));
  if (
    /\b(?:list|enumerate|bullet points?|name (?:\w+ )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten))\b/i.test(
      start,
    )
  ) {
    return framed(listText(topic, /\bbullet/i.test(start)));
  }
  return undefined;
}

const framed = (block: string): string => `Here you are, from a **local emulator**:\n\n${block}\n`;

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

function listText(topic: Topic, isBulleted: boolean): string {
  const names = Array.from({ length: topic.count ?? usualCount }, (_, at) => itemName(topic, at));
  return names.map((name, at) => `${isBulleted ? '-' : `${String(at + 1)}.`} ${name}`).join('\n');
}

/** The columns that a prompt names, as in `with name and price`; else usual ones. */
function columnsIn(prompt: string): readonly string[] {
  const [, names = ''] =
    /\b(?:with|columns?|showing|including|and their)\s+(?:the\s+)?(?:columns?\s+)?(?:for\s+)?:?\s*([^.?!\n]{1,120})/i.exec(
      prompt,
    ) ?? [];
  const columns = names.split(/\s*,\s*(?:and\s+)?|\s+and\s+/).map((name) =>
    name
      .replace(/^(?:a|an|the|their|its)\s+/i, '')
      .replace(/\s+columns?$/i, '')
      .trim(),
  );
  const named = columns.filter((name) => /^\p{L}[\p{L} ]{0,30}$/u.test(name) && !/\b(?:rows?|columns?)$/i.test(name));
  return named.length > 0 ? named : ['origin', 'rating'];
}

/** The rows of a table, by column: the first is the name of the thing. */
function rowsOf(topic: Topic, columns: readonly string[], random: SeededRandom): Record<string, string | number>[] {
  return Array.from({ length: topic.count ?? usualCount }, (_, at) => {
    const row: Record<string, string | number> = { name: itemName(topic, at) };
    for (const column of columns) if (!isNameColumn(column, topic)) row[column.toLowerCase()] = cellOf(column, random);
    return row;
  });
}

function tableOf(topic: Topic, columns: readonly string[], random: SeededRandom): string {
  const rows = rowsOf(topic, columns, random).map((row) => Object.values(row).map(String));
  const others = columns.filter((column) => !isNameColumn(column, topic));
  const head = [capitalized(singular(topic.noun || 'items')), ...others.map(capitalized)];
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const isNameColumn = (column: string, { noun }: Topic): boolean =>
  /^names?$/i.test(column) || column.toLowerCase() === singular(noun);

function cellOf(column: string, random: SeededRandom): string | number {
  const words = wordsOf(column);
  if (!numberWords.test(column)) return namedText(words, random);
  const [least, most, decimals] = namedRange(words);
  return Number((least + random.next() * (most - least)).toFixed(decimals));
}

const numberWords =
  /\b(?:rating|score|stars|age|year|price|cost|amount|total|temperature|percent(?:age)?|count|quantity|number|rank|minutes|hours|seconds|calories|population|height|width|weight|size|mass|distance|diameter|radius|speed|length|area|depth|volume|power|votes|pages|goals|points|days)\b/i;

const languages: readonly (readonly [pattern: RegExp, language: string])[] = [
  [/\btypescript\b|\bin ts\b/i, 'typescript'],
  [/\bjavascript\b|\bin js\b|\bnode(?:\.js)?\b/i, 'javascript'],
  [/\bpython\b/i, 'python'],
  [/\bgolang\b|\bin go\b/i, 'go'],
  [/\brust\b/i, 'rust'],
  [/\bjava\b/i, 'java'],
  [/\bsql\b/i, 'sql'],
  [/\bbash\b|\bshell\b/i, 'bash'],
  [/\bhtml\b/i, 'html'],
  [/\bcss\b/i, 'css'],
];

/** The language of the code that a prompt asks for; undefined if it asks for none. */
function languageIn(prompt: string): string | undefined {
  const asksForCode = /\b(?:code|function|script|program|snippet|class|regex|query|component)\b/i.test(prompt);
  const asks = /\b(?:write|show|give|implement|create|make|generate|need|example)\b/i.test(prompt);
  if (!asks || !asksForCode) return undefined;
  return languages.find(([pattern]) => pattern.test(prompt))?.[1] ?? 'typescript';
}

function codeIn(language: string, topic: Topic): string {
  const count = topic.count ?? usualCount;
  return (codes[language] ?? codes['typescript'] ?? '').replaceAll('COUNT', String(count));
}

const codes: Readonly<Record<string, string>> = {
  typescript:
    'export function greet(name: string): string {\n  return `Hello, ${name}!`;\n}\n\nfor (let i = 1; i <= COUNT; i += 1) {\n  console.log(greet(`reader ${i}`));\n}',
  javascript:
    'export function greet(name) {\n  return `Hello, ${name}!`;\n}\n\nfor (let i = 1; i <= COUNT; i += 1) {\n  console.log(greet(`reader ${i}`));\n}',
  python:
    'def greet(name: str) -> str:\n    return f"Hello, {name}!"\n\n\nfor i in range(1, COUNT + 1):\n    print(greet(f"reader {i}"))',
  go: 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := 1; i <= COUNT; i++ {\n\t\tfmt.Printf("Hello, reader %d!\\n", i)\n\t}\n}',
  rust: 'fn main() {\n    for i in 1..=COUNT {\n        println!("Hello, reader {i}!");\n    }\n}',
  java: 'class Hello {\n  public static void main(String[] args) {\n    for (int i = 1; i <= COUNT; i++) {\n      System.out.println("Hello, reader " + i + "!");\n    }\n  }\n}',
  sql: 'SELECT name, price\nFROM teas\nORDER BY price\nLIMIT COUNT;',
  bash: 'for i in $(seq 1 COUNT); do\n  echo "Hello, reader $i!"\ndone',
  html: '<ul>\n  <li>Hello, reader!</li>\n</ul>',
  css: '.greeting {\n  color: teal;\n  font-weight: bold;\n}',
};
