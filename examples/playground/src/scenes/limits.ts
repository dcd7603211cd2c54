import { answerLines, client, lines, model, noKey, when } from './program.ts';
import type { Scene } from './scene.ts';

export const limits: Scene = {
  id: 'limits',
  group: 'Protect',
  title: 'More readers than the quota',
  about:
    'Three people ask at once, and the service takes one request at a time. createRateLimiter queues them and tells each its place.',
  settings: [
    { type: 'switch', id: 'limit', label: 'createRateLimiter' },
    {
      type: 'select',
      id: 'concurrency',
      label: 'requests at once',
      choices: [
        { value: '1', label: '1' },
        { value: '2', label: '2' },
      ],
    },
  ],
  titles: { ada$: 'Ada', ben$: 'Ben', cleo$: 'Cleo' },
  caption: (values) =>
    values.isOn('limit')
      ? 'Nobody is refused: Ben and Cleo wait, know their places, and are answered in turn.'
      : 'Without a limiter, the service refuses all requests beyond its limit with 429.',
  code: (values) => {
    const concurrency = values.choice('concurrency');
    const limit = values.isOn('limit');
    return lines(
      answerLines('answer', ['Air scatters |blue light |more than |red, so |the sky |is blue.']),
      ' ',
      '// The service refuses requests beyond its limit.',
      'const isOpen = ({ closedAt }) => closedAt === undefined;',
      `const isBusy = (index) => fetch.requests.slice(0, index).filter(isOpen).length >= ${concurrency};`,
      noKey,
      'const fetch = emulatorFetch({',
      '  reply: ({ index }) =>',
      '    isBusy(index) ? { error: apiError({ code: 429 }) } : { chunks: answer, pace: 200 },',
      '});',
      client,
      model,
      when(limit, `const limiter = createRateLimiter({ concurrency: ${concurrency} });`),
      'const ask = (contents) =>',
      `  fromGemini(ai, { model, contents }).pipe(classifyErrors()${when(limit, ', limiter.limit()')});`,
      ' ',
      "export const ada$ = ask('Why is the sky blue? I am Ada.');",
      "export const ben$ = ask('Why is the sky blue? I am Ben.');",
      "export const cleo$ = ask('Why is the sky blue? I am Cleo.');",
    );
  },
};
