import { answerLines, client, lines, model, noKey, pipeLines, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

export const timeout: Scene = {
  id: 'timeout',
  group: 'Protect',
  title: 'The model falls silent',
  about:
    'The connection stays open, and nothing comes. timeoutReply fails the reply after a silence, and closes the request.',
  settings: [
    { type: 'switch', id: 'timeout', label: 'timeoutReply' },
    {
      type: 'select',
      id: 'each',
      label: 'longest silence',
      choices: [
        { value: '1500', label: '1.5 s' },
        { value: '500', label: '0.5 s' },
        { value: '3000', label: '3 s' },
      ],
    },
  ],
  expectedText: skyText,
  caption: (values) =>
    values.isOn('timeout')
      ? 'The plain loop waits for ever (the playground stops it after 5 s). Your pipe fails in time, keeps the text, and closes the request.'
      : 'Without timeoutReply, your pipe waits for ever too; the playground ends it after 5 s.',
  code: (values) =>
    lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({',
      '  reply: () => ({ chunks: answer, pace: 150, stallAfter: { chunks: 8 } }),',
      '});',
      client,
      model,
      ' ',
      pipeLines(
        "fromGemini(ai, { model, contents: 'Why is the sky blue?' })",
        when(values.isOn('timeout'), `timeoutReply({ first: 5000, each: ${values.choice('each')} })`),
        'classifyErrors()',
      ),
    ),
};
