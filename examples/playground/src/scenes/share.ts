import { answerLines, client, lines, model, noKey, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

export const share: Scene = {
  id: 'share',
  group: 'Share',
  title: 'Late readers',
  about:
    'Three readers want the same reply, two of them later. shareReply makes one request; a late reader gets the text so far, and then follows.',
  settings: [
    { type: 'switch', id: 'share', label: 'shareReply' },
    {
      type: 'select',
      id: 'late',
      label: 'The second reader comes',
      choices: [
        { value: '1200', label: '1.2 s later' },
        { value: '2400', label: '2.4 s later' },
      ],
    },
  ],
  expectedText: skyText,
  titles: { first$: 'First reader', late$: 'Late reader', last$: 'After the end' },
  caption: (values) =>
    values.isOn('share')
      ? 'One request for three readers. Whoever comes late gets the text so far in one piece, also after the end.'
      : 'Without shareReply, each reader makes a request of its own, and pays for it.',
  code: (values) =>
    lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({ reply: () => ({ chunks: answer, pace: 120 }) });',
      client,
      model,
      "const reply$ = fromGemini(ai, { model, contents: 'Why is the sky blue?' }).pipe(",
      '  classifyErrors(),',
      when(values.isOn('share'), '  shareReply({ grace: 5000 }),'),
      ');',
      'const after = (ms) => timer(ms).pipe(mergeMap(() => reply$));',
      ' ',
      'export const first$ = reply$;',
      `export const late$ = after(${values.choice('late')});`,
      'export const last$ = after(4000);',
    ),
};
