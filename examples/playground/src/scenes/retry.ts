import { answerLines, client, lines, model, noKey, pipeLines, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

export const retry: Scene = {
  id: 'retry',
  group: 'Protect',
  title: 'The service is busy',
  about: 'A request is refused. retryTransient waits as long as the service asks, and makes the request again.',
  settings: [
    { type: 'switch', id: 'retry', label: 'retryTransient' },
    {
      type: 'select',
      id: 'status',
      label: 'Refused with',
      choices: [
        { value: '429', label: '429, wait 1.5 s' },
        { value: '503', label: '503, twice' },
        { value: '400', label: '400: never right' },
      ],
    },
  ],
  expectedText: skyText,
  caption: (values) => {
    if (values.choice('status') === '400')
      return 'A wrong request stays wrong: it is not made again, also with a retry.';
    const pipe = values.isOn('retry')
      ? 'Your pipe waits, tells the view how long, and asks again.'
      : 'Without retryTransient, your pipe fails too, with a kind and a sentence.';
    return `The service refuses the request. The plain loop throws. ${pipe}`;
  },
  code: (values) => {
    const status = values.choice('status');
    const delay = status === '429' ? ', retryDelay: 1500' : '';
    return lines(
      when(status !== '400', answerLines('answer', sky)),
      when(status !== '400', ' '),
      noKey,
      'const fetch = emulatorFetch({',
      ...(status === '400'
        ? ['  reply: { error: apiError({ code: 400 }) },']
        : [
            '  reply: ({ index }) =>',
            `    index < ${status === '429' ? '1' : '2'}`,
            `      ? { error: apiError({ code: ${status}${delay} }) }`,
            '      : { chunks: answer, pace: 120 },',
          ]),
      '});',
      client,
      model,
      ' ',
      pipeLines(
        "fromGemini(ai, { model, contents: 'Why is the sky blue?' })",
        'classifyErrors()',
        when(values.isOn('retry'), 'retryTransient({ count: 3, jitter: false })'),
      ),
    );
  },
};
