import { answerLines, client, lines, model, noKey, pipeLines, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

const operators: Readonly<Record<string, string>> = {
  buffer: 'bufferChunks({ maxWait: 250 })',
  words: "bufferChunks({ until: 'word' })",
  smooth: "smoothText({ by: 'word' })",
  none: '',
};

const captions: Readonly<Record<string, string>> = {
  buffer: 'One update for all that arrives within 250 ms: a quarter of the renders, and the same text.',
  words: 'Each update is whole words, however the wire cuts them.',
  smooth: 'Large pieces become an even flow of words.',
  none: 'Each chunk is one update, at whatever pace they come.',
};

export const display: Scene = {
  id: 'display',
  group: 'Show',
  title: 'An even display',
  about:
    'Chunks come too often, or in lumps. bufferChunks merges them, smoothText spreads them, renderEvery skips states that nobody would see.',
  settings: [
    {
      type: 'select',
      id: 'pace',
      label: 'The model writes',
      choices: [
        { value: 'scraps', label: 'scraps, 25 a second' },
        { value: 'lumps', label: 'large pieces' },
      ],
    },
    {
      type: 'select',
      id: 'by',
      label: 'Operator',
      choices: [
        { value: 'buffer', label: 'bufferChunks, by time' },
        { value: 'words', label: 'bufferChunks, whole words' },
        { value: 'smooth', label: 'smoothText' },
        { value: 'none', label: 'none' },
      ],
    },
    { type: 'switch', id: 'render', label: 'renderEvery', isOff: true },
  ],
  expectedText: skyText,
  caption: (values) =>
    [
      captions[values.choice('by')],
      when(values.isOn('render'), 'renderEvery shows the newest state, five times a second.'),
    ]
      .join(' ')
      .trim(),
  code: (values) => {
    const isScraps = values.choice('pace') === 'scraps';
    return lines(
      answerLines('answer', sky),
      isScraps
        ? "const chunks = answer.join('').match(/.{1,4}/g);"
        : "const chunks = [0, 6, 12].map((from) => answer.slice(from, from + 6).join('')).concat(answer.at(-1));",
      ' ',
      noKey,
      `const fetch = emulatorFetch({ reply: () => ({ chunks, pace: ${isScraps ? '40' : '700'} }) });`,
      client,
      model,
      ' ',
      pipeLines(
        "fromGemini(ai, { model, contents: 'Why is the sky blue?' })",
        'classifyErrors()',
        operators[values.choice('by')] ?? '',
        when(values.isOn('render'), 'toReplyState()'),
        when(values.isOn('render'), 'renderEvery({ interval: 200 })'),
      ),
    );
  },
};
