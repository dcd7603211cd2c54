import { client, lines, model, noKey, quoted, when } from './program.ts';
import type { Scene } from './scene.ts';

const answer = 'In Oslo it is 7 degrees and grey.';

export const tools: Scene = {
  id: 'tools',
  group: 'Converse',
  title: 'A tool',
  about: 'The model calls a function of yours. createChat runs it, sends the result, and the reply goes on.',
  settings: [
    { type: 'switch', id: 'tool', label: 'tools' },
    {
      type: 'select',
      id: 'run',
      label: 'The tool',
      choices: [
        { value: 'fine', label: 'returns the weather' },
        { value: 'fails', label: 'throws' },
      ],
    },
  ],
  expectedText: `Let me look. ${answer}`,
  caption: (values) => {
    if (!values.isOn('tool')) return 'Without a tool of that name, the call is yours: the reply ends with it.';
    return values.choice('run') === 'fine'
      ? 'The model asks for the weather, the tool answers, and a second request goes on with the result. For your view it is one reply.'
      : 'A tool that throws does not fail the reply: the model gets the error, and can say so.';
  },
  code: (values) =>
    lines(
      'const call = {',
      '  candidates: [',
      '    {',
      "      content: { parts: [{ functionCall: { name: 'weather', args: { city: 'Oslo' } } }] },",
      "      finishReason: 'STOP',",
      '    },',
      '  ],',
      '};',
      `const answer = ${quoted(values.choice('run') === 'fine' ? 'In Oslo |it is |7 degrees |and grey.' : 'I cannot |reach |the weather |just now.')}.split('|');`,
      ' ',
      noKey,
      'const fetch = emulatorFetch({',
      "  reply: ({ index }) => ({ chunks: index === 0 ? ['Let me ', 'look. ', call] : answer, pace: 300 }),",
      '});',
      client,
      model,
      values.isOn('tool')
        ? lines(
            'const weather = {',
            "  declaration: { description: 'Returns the weather in a city.' },",
            '  run: async ({ city }) => {',
            '    await new Promise((resolve) => setTimeout(resolve, 700));',
            values.choice('run') === 'fine'
              ? "    return { city, sky: 'grey', celsius: 7 };"
              : '    throw new Error(`No weather for ${city}`);',
            '  },',
            '};',
          )
        : '',
      `const chat = createChat(ai, { model${when(values.isOn('tool'), ', tools: { weather }')} });`,
      ' ',
      "export const view$ = chat.send('How is the weather in Oslo?');",
    ),
};
