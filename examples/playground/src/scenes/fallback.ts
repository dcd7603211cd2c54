import { answerLines, client, lines, noKey, sky, skyText } from './program.ts';
import type { Scene } from './scene.ts';

export const fallbackScene: Scene = {
  id: 'fallback',
  group: 'Protect',
  title: 'The model is overloaded',
  about: 'The first model refuses, or its daily quota is used up. fallback asks the next model.',
  settings: [
    { type: 'switch', id: 'fallback', label: 'fallback' },
    {
      type: 'select',
      id: 'failure',
      label: 'gemini-2.5-pro',
      choices: [
        { value: '503', label: 'is overloaded (503)' },
        { value: '429', label: 'has no quota left (429)' },
      ],
    },
  ],
  expectedText: skyText,
  caption: (values) =>
    values.isOn('fallback')
      ? 'gemini-2.5-pro refuses, and the plain loop throws. In your pipe, gemini-2.5-flash answers.'
      : 'Without fallback, the failure of gemini-2.5-pro is the end.',
  code: (values) =>
    lines(
      answerLines('answer', sky),
      values.choice('failure') === '429'
        ? "const refusal = apiError({ code: 429, quotaId: 'GenerateRequestsPerDayPerProjectPerModel' });"
        : 'const refusal = apiError({ code: 503 });',
      ' ',
      noKey,
      'const fetch = emulatorFetch({',
      '  reply: ({ model }) =>',
      "    model === 'gemini-2.5-pro'",
      '      ? { headersDelay: 600, error: refusal }',
      '      : { chunks: answer, firstDelay: 300, pace: 120 },',
      '});',
      client,
      'const ask = (model) =>',
      "  fromGemini(ai, { model, contents: 'Why is the sky blue?' }).pipe(classifyErrors());",
      ' ',
      values.isOn('fallback')
        ? lines(
            "export const view$ = fallback([ask('gemini-2.5-pro'), ask('gemini-2.5-flash')], {",
            "  on: ({ retryable, kind }) => retryable || kind === 'quota',",
            '});',
          )
        : "export const view$ = ask('gemini-2.5-pro');",
    ),
};
