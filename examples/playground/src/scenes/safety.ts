import { answerLines, client, lines, model, noKey, pipeLines, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

export const safety: Scene = {
  id: 'safety',
  group: 'Protect',
  title: 'A blocked answer',
  about:
    'A filter ends the answer in the middle. For the SDK that is a success; classifyErrors makes it a typed error with the text so far.',
  settings: [
    { type: 'switch', id: 'classify', label: 'classifyErrors' },
    {
      type: 'select',
      id: 'reason',
      label: 'Finish reason',
      choices: [
        { value: 'SAFETY', label: 'SAFETY' },
        { value: 'RECITATION', label: 'RECITATION' },
        { value: 'MAX_TOKENS', label: 'MAX_TOKENS, no failure' },
      ],
    },
  ],
  expectedText: skyText,
  caption: (values) => {
    if (values.choice('reason') === 'MAX_TOKENS')
      return 'An answer at its length limit is no failure, unless failOn names it.';
    return values.isOn('classify')
      ? 'The answer stops in the middle. The plain loop completes as if all were well; your pipe fails, and says why.'
      : 'Without classifyErrors, both rows complete as if all were well.';
  },
  code: (values) =>
    lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({',
      `  reply: () => ({ chunks: answer.slice(0, 8), pace: 150, finishReason: '${values.choice('reason')}' }),`,
      '});',
      client,
      model,
      ' ',
      pipeLines(
        "fromGemini(ai, { model, contents: 'Why is the sky blue?' })",
        when(values.isOn('classify'), 'classifyErrors()'),
      ),
    ),
};
