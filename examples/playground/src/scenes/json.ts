import { answerLines, client, lines, model, noKey, pipeLines } from './program.ts';
import type { Scene } from './scene.ts';

const recipe = [
  '{"title": "On|ion soup", "|serves": 4, |"steps": ["Slice |the onions.", ',
  '|"Cook them |slowly.", "Add |the broth.", |"Serve with |bread."]}',
];

const operators: Readonly<Record<string, string>> = {
  parse: 'parseJson()',
  each: "jsonAt('$.steps[*]'),\nmap((sentence) => ({ sentence }))",
  text: "jsonTextAt('$.title')",
  none: '',
};

const captions: Readonly<Record<string, string>> = {
  parse: 'A form can fill while the answer streams: each value is the JSON so far, closed properly.',
  each: 'Each step of the list is emitted once, as soon as it is whole.',
  text: 'One string of the JSON, as plain text that grows.',
  none: 'Without an operator, the text is half a JSON until the very end.',
};

export const json: Scene = {
  id: 'json',
  group: 'Shape',
  title: 'JSON as it forms',
  about: 'An answer in JSON is no JSON until its last bracket. parseJson reads it while it streams.',
  settings: [
    {
      type: 'select',
      id: 'by',
      label: 'Operator',
      choices: [
        { value: 'parse', label: 'parseJson' },
        { value: 'each', label: 'jsonAt, each step' },
        { value: 'text', label: 'jsonTextAt, the title' },
        { value: 'none', label: 'none' },
      ],
    },
  ],
  expectedText: recipe.join('').replaceAll('|', ''),
  caption: (values) => captions[values.choice('by')] ?? '',
  code: (values) =>
    lines(
      answerLines('answer', recipe),
      ' ',
      noKey,
      'const fetch = emulatorFetch({ reply: () => ({ chunks: answer, pace: 300 }) });',
      client,
      model,
      "const config = { responseMimeType: 'application/json' };",
      ' ',
      pipeLines(
        "fromGemini(ai, { model, contents: 'A recipe for onion soup', config })",
        'classifyErrors()',
        operators[values.choice('by')] ?? '',
      ),
    ),
};
