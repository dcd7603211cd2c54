import type { EmulatorAnswer, EmulatorChunk, EmulatorRequest } from 'rxjs-gemini/emulator';
import type { GeminiPart } from 'rxjs-gemini';

const sky = `Why is the sky blue? Because air scatters blue light far more than red.

Sunlight holds all colours. On its way through the air it meets molecules that are much smaller than a wave of light, \
and they send the short waves, violet and blue, in all directions. So blue reaches your eyes from everywhere in the sky.

In the evening the light takes a longer way. Most of the blue has been scattered out of it by then, and the sun looks \
red.`;

const backpressure = `**Backpressure** is the answer to a producer that is faster than its consumer. A consumer that \
falls behind has three choices: it slows the producer down, it **keeps what it cannot handle yet** in a buffer, or it \
drops values. A buffer without a limit is the choice that nobody makes on purpose; it ends when the memory does.

An Observable *pushes*, and cannot be asked to wait. So RxJS leaves the decision to operators: \`throttleTime\` drops, \
\`bufferTime\` collects, \`concatMap\` queues. For the text of a model nothing may be dropped, and pieces can be joined: \
**join the chunks that arrive while the consumer is busy**, and the buffer is never longer than the reply.`;

const teas = `Three teas, and how to make them:

| Tea | Water | Time | Taste |
| --- | ---: | ---: | --- |
| Sencha | 75 °C | 1½ min | fresh, a little like the sea |
| Darjeeling | 90 °C | 3 min | **flowery**, light |
| Lapsang Souchong | 95 °C | 4 min | smoke and pine |

The same as data, for a kettle that understands TypeScript:

\`\`\`ts
interface Tea {
  readonly name: string;
  readonly celsius: number;
  readonly seconds: number;
}

const teas: readonly Tea[] = [
  { name: 'Sencha', celsius: 75, seconds: 90 },
  { name: 'Darjeeling', celsius: 90, seconds: 180 },
  { name: 'Lapsang Souchong', celsius: 95, seconds: 240 }, // The longest, for those who like smoke.
];

/** The teas that a kettle of this temperature can make. */
export const teasFor = (celsius: number) => teas.filter((tea) => tea.celsius <= celsius);
\`\`\``;

const tripThoughts = `**Looking at the question**

A good day for a trip needs two things: dry weather in Bergen, and a train that arrives early enough. I can ask for both \
at the same time.`;

const trip = `Yes, today is a good day for it:

- **The weather** in Bergen is clear today, 14 °C, with hardly any rain.
- **The train** leaves Oslo at 08:25 and arrives at 15:12, without a change.

(The tools of this example make their data up.)`;

const otherwise = (prompt: string) => `You asked:

${prompt.slice(0, 500).replace(/^/gm, '> ')}

**No model has read this.** The answers come from an emulator on this machine, because the server has no key. It knows \
the questions that a new chat suggests, and gives this text to all others.

For the answers of Gemini, start the server with a key:

\`\`\`bash
GEMINI_API_KEY=your-key npm start
\`\`\``;

/** The answers to the questions that the page of the Angular example suggests, at a pace that a person can follow. */
export function answerOfEmulator(request: EmulatorRequest): EmulatorAnswer {
  const paced = { firstDelay: 500, pace: 45 };
  const { question, isAnswered } = lastQuestion(request);
  if (/\btrip\b/i.test(question) && request.body['tools'] !== undefined) {
    if (isAnswered) return { ...paced, chunks: piecesOf(trip) };
    return { ...paced, chunks: [...piecesOf(tripThoughts).map(thought), tripCalls] };
  }
  return { ...paced, chunks: piecesOf(textFor(question)) };
}

function textFor(question: string): string {
  if (/\bsky\b/i.test(question)) return sky;
  if (/\bbackpressure\b/i.test(question)) return backpressure;
  if (/\bteas?\b/i.test(question)) return teas;
  return otherwise(question);
}

/** Pieces of one to six words: a model does not write evenly. */
function piecesOf(text: string): string[] {
  const words = text.match(/\s*\S+\s?/g) ?? [];
  const pieces: string[] = [];
  for (let place = 0, turn = 0; place < words.length; turn++) {
    const count = [2, 1, 4, 1, 3, 6][turn % 6] ?? 1;
    pieces.push(words.slice(place, place + count).join(''));
    place += count;
  }
  return pieces;
}

const thought = (text: string): EmulatorChunk => chunkOf([{ text, thought: true }]);

/** Gemini signs a call; the signature has to come back with the history. */
const tripCalls = chunkOf(
  [
    {
      functionCall: { id: 'call-1', name: 'weather', args: { city: 'Bergen' } },
      thoughtSignature: 'c2lnbmVkIGJ5IHRoZSBlbXVsYXRvcg==',
    },
    { functionCall: { id: 'call-2', name: 'trains', args: { from: 'Oslo', to: 'Bergen' } } },
  ],
  'STOP',
);

function chunkOf(parts: readonly GeminiPart[], finishReason?: string): EmulatorChunk {
  return { candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason && { finishReason }) }] };
}

/** The user's last words, and whether the results of tools follow them. */
function lastQuestion({ body, prompt }: EmulatorRequest) {
  const contents = (body['contents'] ?? []) as readonly { readonly role?: string; readonly parts?: GeminiPart[] }[];
  const isAnswered = contents.at(-1)?.parts?.some(({ functionResponse }) => functionResponse) ?? false;
  const texts = contents
    .filter(({ role }) => role === 'user')
    .map(({ parts = [] }) => parts.map(({ text }) => text).join(''));
  return { question: texts.findLast((text) => text !== '') ?? prompt, isAnswered };
}
