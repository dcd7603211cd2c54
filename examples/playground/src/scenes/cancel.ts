import { answerLines, client, lines, model, noKey, pipeLines, sky, skyText } from './program.ts';
import type { Scene } from './scene.ts';

const operators: Readonly<Record<string, string>> = {
  cancel: "takeUntilCancel(timer(1500).pipe(map(() => 'Stop was pressed')))",
  error: "takeUntilCancel(timer(1500).pipe(map(() => 'Stop was pressed')), { as: 'error' })",
  unsubscribe: 'takeUntil(timer(1500))',
  stop: 'stopWhen({ maxChars: 100 })',
};

const captions: Readonly<Record<string, string>> = {
  cancel: 'A person presses Stop: the request is closed at once, the text stays, and a mark has the reason.',
  error: 'A person presses Stop: the reply fails with the kind cancelled, and the error keeps the text.',
  unsubscribe:
    'The view leaves: the request is closed at once. A mark is missing, so classifyErrors calls the reply truncated.',
  stop: 'The answer is long enough: stopWhen cuts it at exactly 100 characters, and closes the request.',
};

export const cancel: Scene = {
  id: 'cancel',
  group: 'Protect',
  title: 'Stop',
  about:
    'A person presses Stop in the middle. The request closes at that moment, so the model stops writing, and the text stays.',
  settings: [
    {
      type: 'select',
      id: 'by',
      label: 'Ended by',
      choices: [
        { value: 'cancel', label: 'takeUntilCancel' },
        { value: 'error', label: "takeUntilCancel, as: 'error'" },
        { value: 'unsubscribe', label: 'takeUntil of rxjs' },
        { value: 'stop', label: 'stopWhen' },
      ],
    },
  ],
  expectedText: skyText,
  caption: (values) => captions[values.choice('by')] ?? '',
  code: (values) =>
    lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({ reply: () => ({ chunks: answer, pace: 150 }) });',
      client,
      model,
      ' ',
      pipeLines(
        "fromGemini(ai, { model, contents: 'Why is the sky blue?' })",
        operators[values.choice('by')] ?? '',
        'classifyErrors()',
      ),
    ),
};
