import { answerLines, client, lines, model, noKey, pipeLines, sky, skyText, when } from './program.ts';
import type { Scene } from './scene.ts';

export const sentences: Scene = {
  id: 'sentences',
  group: 'Show',
  title: 'Sentence by sentence',
  about:
    'Speech, translation and moderation need whole sentences. bufferChunks cuts at their ends, and mapInOrder works on several at once.',
  settings: [
    { type: 'switch', id: 'translate', label: 'mapInOrder' },
    {
      type: 'select',
      id: 'until',
      label: 'Unit',
      choices: [
        { value: 'sentence', label: 'sentence' },
        { value: 'word', label: 'word' },
      ],
    },
  ],
  expectedText: skyText,
  caption: (values) =>
    values.isOn('translate')
      ? 'Each unit is worked on as soon as it is whole, two at once. The results keep their order, though the first takes the longest.'
      : 'Each update is whole, as soon as the model has finished it.',
  code: (values) => {
    const isOn = values.isOn('translate');
    return lines(
      answerLines('answer', sky),
      ' ',
      noKey,
      'const fetch = emulatorFetch({ reply: () => ({ chunks: answer, pace: 120 }) });',
      client,
      model,
      when(
        isOn,
        lines(
          ' ',
          '// Slow work on each unit, such as speech or a translation.',
          'const speak = async (sentence, index) => {',
          '  await new Promise((resolve) => setTimeout(resolve, index === 0 ? 1500 : __));'.replace(
            '__',
            values.choice('until') === 'word' ? '80' : '500',
          ),
          '  return { sentence: sentence.toUpperCase() };',
          '};',
        ),
      ),
      ' ',
      pipeLines(
        "fromGemini(ai, { model, contents: 'Why is the sky blue?' })",
        'classifyErrors()',
        `bufferChunks({ until: '${values.choice('until')}', split: true })`,
        'toText()',
        when(isOn, 'mapInOrder(speak, { concurrency: 2 })'),
      ),
    );
  },
};
