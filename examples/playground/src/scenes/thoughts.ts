import { client, lines, model, noKey, pipeLines, when } from './program.ts';
import type { Scene } from './scene.ts';

export const thoughts: Scene = {
  id: 'thoughts',
  group: 'Show',
  title: 'Thoughts and the answer',
  about:
    'A model that thinks sends its thoughts first, in the same stream. Chunks keep them apart; toParts makes one value of each.',
  settings: [{ type: 'switch', id: 'parts', label: 'toParts' }],
  expectedText: '17 × 23 is 391: 17 × 20 is 340, and 17 × 3 is 51.',
  caption: (values) =>
    values.isOn('parts')
      ? 'Each part is one value: the thought once it is whole, then the answer, then the finish.'
      : 'Thoughts and text arrive chunk by chunk; the text of a chunk has no thoughts in it.',
  code: (values) =>
    lines(
      'const thought = (text) => ({ candidates: [{ content: { parts: [{ text, thought: true }] } }] });',
      'const chunks = [',
      "  thought('Split the product: '),",
      "  thought('17 times 20, '),",
      "  thought('and 17 times 3.'),",
      "  '17 × 23 ',",
      "  'is 391: ',",
      "  '17 × 20 is 340, ',",
      "  'and 17 × 3 is 51.',",
      '];',
      ' ',
      noKey,
      'const fetch = emulatorFetch({ reply: () => ({ chunks, pace: 400 }) });',
      client,
      model,
      'const config = { thinkingConfig: { includeThoughts: true } };',
      ' ',
      pipeLines(
        "fromGemini(ai, { model, contents: 'What is 17 × 23?', config })",
        'classifyErrors()',
        when(values.isOn('parts'), 'toParts()'),
      ),
    ),
};
