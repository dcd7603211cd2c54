import { answerLines, client, lines, model, noKey, pipeLines, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

const breaks: Readonly<Record<string, string>> = {
  ends: 'endAfter: { chunks: 8 }',
  reset: 'dropAfter: { chunks: 8, reset: true }',
  error: 'errorAfter: { chunks: 8, error: apiError({ code: 503 }) }',
};

export const resume: Scene = {
  id: 'resume',
  group: 'Protect',
  title: 'The connection drops',
  about:
    'A reply breaks in the middle. resumeOnDrop asks the model to continue exactly there, and the reader sees one reply.',
  settings: [
    { type: 'switch', id: 'resume', label: 'resumeOnDrop' },
    {
      type: 'select',
      id: 'break',
      label: 'The connection',
      choices: [
        { value: 'ends', label: 'ends, without an error' },
        { value: 'reset', label: 'is reset' },
        { value: 'error', label: 'carries an error (503)' },
      ],
    },
  ],
  expectedText: skyText,
  caption: (values) => {
    const plain =
      values.choice('break') === 'ends'
        ? 'The plain loop takes that for the end: half an answer, and no error.'
        : 'The plain loop throws, and the rest never comes.';
    const pipe = values.isOn('resume')
      ? 'Your pipe asks for the rest and goes on in the middle of the sentence.'
      : 'Without resumeOnDrop, your pipe fails with a typed error that keeps the text.';
    return `The connection breaks after eight chunks. ${plain} ${pipe}`;
  },
  code: (values) =>
    lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({',
      '  reply: ({ index }) =>',
      '    index === 0',
      `      ? { chunks: answer, pace: 160, ${breaks[values.choice('break')] ?? ''} }`,
      '      : { chunks: answer.slice(8), firstDelay: 500, pace: 160 },',
      '});',
      client,
      model,
      "const params = { model, contents: 'Why is the sky blue?' };",
      ' ',
      pipeLines(
        'fromGemini(ai, params)',
        'classifyErrors()',
        when(
          values.isOn('resume'),
          'resumeOnDrop({\n  continueWith: (partial) => fromGemini(ai, continueFrom(params, partial)),\n})',
        ),
      ),
    ),
};
