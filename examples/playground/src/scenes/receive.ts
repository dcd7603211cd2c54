import { answerLines, client, lines, model, noKey, sky, skyText, when, pipeLines } from './program.ts';
import type { Scene } from './scene.ts';

export const receive: Scene = {
  id: 'receive',
  group: 'Receive',
  title: 'A reply as an Observable',
  about:
    'fromGemini makes a cold Observable of a streamed reply: each subscription is one request, and leaving closes it.',
  settings: [{ type: 'switch', id: 'text', label: 'toText' }],
  expectedText: skyText,
  caption: (values) =>
    values.isOn('text')
      ? 'All three rows have the same text. In your pipe, each value is a piece of it.'
      : 'All three rows have the same text. In your pipe, each value is a chunk: text, thoughts, calls, tokens.',
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
        'protectReply()',
        when(values.isOn('text'), 'toText()'),
      ),
    ),
};
