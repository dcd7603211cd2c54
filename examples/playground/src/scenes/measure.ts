import { answerLines, client, lines, model, noKey, pipeLines, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

export const measure: Scene = {
  id: 'measure',
  group: 'Measure',
  title: 'Progress and cost',
  about:
    'withProgress and withCost add numbers to each chunk: the percentage, the tokens and the price so far, estimated until the server reports them.',
  settings: [
    { type: 'switch', id: 'progress', label: 'withProgress' },
    { type: 'switch', id: 'cost', label: 'withCost' },
  ],
  expectedText: skyText,
  caption: (values) =>
    values.isOn('progress') || values.isOn('cost')
      ? 'The chunks pass unchanged, and carry numbers for a progress bar and a bill.'
      : 'Without the operators, a chunk has no numbers.',
  code: (values) => {
    const progress = values.isOn('progress');
    const cost = values.isOn('cost');
    return lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({ reply: () => ({ chunks: answer, firstDelay: 400, pace: 150 }) });',
      client,
      model,
      when(cost, 'const pricePerMillion = { input: 0.3, output: 2.5 };'),
      ' ',
      pipeLines(
        "fromGemini(ai, { model, contents: 'Why is the sky blue?' })",
        'classifyErrors()',
        when(progress, 'withProgress({ expectedTokens: 60 })'),
        when(cost, 'withCost({ pricePerMillion })'),
      ),
    );
  },
};
