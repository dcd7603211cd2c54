import { answerLines, client, lines, model, noKey, sky, skyText, pipeLines } from './program.ts';
import type { Scene } from './scene.ts';

export const hedgeScene: Scene = {
  id: 'hedge',
  group: 'Protect',
  title: 'A slow start',
  about:
    'The first request is silent for four seconds. hedge starts a second one, takes the first content, and closes the other.',
  settings: [
    { type: 'switch', id: 'hedge', label: 'hedge' },
    {
      type: 'select',
      id: 'after',
      label: 'after',
      choices: [
        { value: '800', label: '0.8 s' },
        { value: '2000', label: '2 s' },
        { value: '0', label: 'at once' },
      ],
    },
  ],
  expectedText: skyText,
  caption: (values) =>
    values.isOn('hedge')
      ? 'The plain loop waits for the slow request. Your pipe has asked a second time by then, and has its text seconds earlier.'
      : 'Without hedge, your pipe waits as long as the plain loop does.',
  code: (values) =>
    lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({',
      '  reply: ({ index }) => ({ chunks: answer, firstDelay: index === 0 ? 4000 : 300, pace: 100 }),',
      '});',
      client,
      model,
      "const ask = () => fromGemini(ai, { model, contents: 'Why is the sky blue?' }).pipe(classifyErrors());",
      ' ',
      values.isOn('hedge')
        ? `export const view$ = hedge([ask(), ask()], { after: ${values.choice('after')} });`
        : pipeLines('ask()'),
    ),
};
