import { startEmulator, type EmulatorChunk, type EmulatorReply, type EmulatorRequest } from 'rxjs-gemini/emulator';
import { about, codeAnswer, tableAnswer, thoughts, thoughtfulAnswer, weatherAnswer } from './standInTexts';

/** Starts an emulator and leads the SDK to it, by the variables of the environment that it reads. */
export async function startStandIn(): Promise<void> {
  const { url } = await startEmulator({ reply, history: 100 });
  process.env['GEMINI_API_KEY'] = 'none';
  process.env['GOOGLE_GEMINI_BASE_URL'] = url;
  console.warn('No GEMINI_API_KEY: the replies come from an emulator, not from a model');
}

const reply: EmulatorReply = (request) => {
  const question = questionIn(request);
  const city = /weather/i.test(question) ? cityIn(question) : undefined;
  if (city && request.body['tools'] !== undefined) {
    return hasToolResult(request) ? spoken(weatherAnswer(city)) : callOf(city);
  }
  if (/table|compare|sort/i.test(question)) return spoken(tableAnswer);
  if (/code|function|write|typescript/i.test(question)) return spoken(codeAnswer);
  if (/think|weighs/i.test(question)) {
    return { firstDelay: 400, pace: 70, chunks: [...thoughts.map(thought), ...thoughtfulAnswer.split(/(?<= )/)] };
  }
  return spoken(about(question));
};

const spoken = (text: string) => ({ firstDelay: 500, pace: 70, text });

/** The user's last words; the result of a tool has none. */
function questionIn({ body }: EmulatorRequest): string {
  const texts = contentsIn(body).flatMap(({ role, parts }) => (role === 'model' ? [] : parts.map(({ text }) => text)));
  return texts.findLast((text) => text !== undefined && text !== '') ?? '';
}

function hasToolResult({ body }: EmulatorRequest): boolean {
  return (
    contentsIn(body)
      .at(-1)
      ?.parts.some((part) => 'functionResponse' in part) ?? false
  );
}

interface PostedContent {
  readonly role?: string;
  readonly parts: readonly { readonly text?: string }[];
}

function contentsIn(body: EmulatorRequest['body']): readonly PostedContent[] {
  return Array.isArray(body['contents']) ? body['contents'] : [];
}

function cityIn(question: string): string {
  return /\bin (\p{Lu}[\p{L}-]*)/u.exec(question)?.[1] ?? 'Oslo';
}

const partOf = (part: object, end = {}): EmulatorChunk => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [part] }, ...end }],
});

const thought = (text: string): EmulatorChunk => partOf({ text, thought: true });

const callOf = (city: string) => ({
  firstDelay: 300,
  chunks: [partOf({ functionCall: { name: 'weather', args: { city } } }, { finishReason: 'STOP' })],
});
