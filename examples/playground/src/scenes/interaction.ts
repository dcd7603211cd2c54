import { answerLines, client, lines, noKey, pipeLines, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

export const interaction: Scene = {
  id: 'interaction',
  group: 'Receive',
  title: 'A run that survives',
  about:
    'An Interaction runs in the background, and its connection breaks. fromInteraction asks for the rest: no character is lost or doubled.',
  settings: [
    { type: 'switch', id: 'background', label: 'background' },
    {
      type: 'select',
      id: 'recut',
      label: 'The rest comes',
      choices: [
        { value: 'same', label: 'in the same pieces' },
        { value: 'recut', label: 'cut anew' },
      ],
    },
  ],
  expectedText: skyText,
  caption: (values) =>
    values.isOn('background')
      ? 'The connection breaks, and the run continues on the server. Your pipe connects again, and reads exactly the rest.'
      : 'In the foreground, the run ends with its connection: the reply fails, and keeps its text.',
  code: (values) =>
    lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({',
      '  reply: {',
      '    chunks: answer,',
      '    pace: 150,',
      '    dropAfter: { chunks: 10 },',
      when(values.choice('recut') === 'recut', '    interaction: { eventIds: 3, resumes: { recut: 12 } },'),
      '  },',
      '});',
      client,
      ' ',
      pipeLines(
        lines(
          'fromInteraction(ai, {',
          "  model: 'gemini-2.5-flash',",
          "  input: 'Why is the sky blue?',",
          when(values.isOn('background'), '  background: true,'),
          '})',
        ),
        'classifyErrors()',
      ),
    ),
};
