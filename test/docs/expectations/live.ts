import type { Expectations } from './expectation.js';

/** The results of the examples in `docs/live.md`. */
export const live: Expectations = {
  'docs/live: Another connection': [
    { live: [{ goAway: { timeLeft: 3_000 } }, {}], prints: '{ attempt: 1, dropped: 0 }' },
  ],
  'docs/live: In a browser': [
    {
      prints: /^auth_tokens\/\w+$/,
      use: async ({ createToken }) => {
        console.log(await (createToken as () => Promise<string>)());
      },
    },
  ],
  'docs/live: Live': [{ prints: /^You said: Why is the sky blue\?/ }],
  'docs/live: Testing': [{ prints: '' }, { prints: '{ attempt: 1, dropped: 0 } 2' }],
  'docs/live: The input is a stream': [
    {
      live: {
        reply: [{ toolCall: { functionCalls: [{ name: 'weather', args: { city: 'Rome' } }] } }, 'Take a hat.'],
      },
      prints: 'Take a hat.',
    },
  ],
  'docs/live: Turns': [
    {
      live: { reply: { inputTranscription: 'Why is the sky blue?', text: 'Light scatters.' } },
      prints: 'user: Why is the sky blue?\naudio/pcm;rate=24000\nmodel: Light scatters.',
    },
    { live: { pace: 100 }, prints: /^You said[^]*interruptedsilence\nYou said[^]*shorter[^]*silence$/ },
  ],
};
