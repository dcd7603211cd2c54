import type { GeminiContent } from '../../src/chunk/contentsOf.js';
import type { WhenCut } from '../../src/chat/chatOptions.js';

/** The end of an exchange, after the functions that its steps call. */
export type Ending =
  | 'answers'
  | 'says nothing'
  | 'is incomplete'
  | 'fails'
  | 'breaks'
  | 'is cancelled'
  | 'is left'
  | 'is left at once'
  | 'hangs in a tool'
  | 'calls on'
  | 'calls the caller'
  | 'calls both'
  | 'is refused';

/** A step of a test. */
export type Step =
  | { readonly do: 'send'; readonly steps: readonly (readonly string[])[]; readonly ending: Ending }
  | { readonly do: 'regenerate'; readonly steps: readonly (readonly string[])[]; readonly ending: Ending }
  | {
      readonly do: 'edit';
      readonly at: number;
      readonly steps: readonly (readonly string[])[];
      readonly ending: Ending;
    }
  | { readonly do: 'expire' }
  | { readonly do: 'select'; readonly at: number; readonly branch: number }
  | { readonly do: 'restore' };

/** A message with its content as a list of words. All lists with the message share one object. */
export interface Entry {
  readonly role: 'user' | 'model' | 'tool';
  readonly words: readonly string[];
  readonly status: 'complete' | 'cancelled' | 'failed';
  isSent: boolean;
  id?: string;
}

export const maxSteps = 4;
export const hanging = ['lookUp', 'hang'];
/** Calls of a function that the chat has, and of one that it does not have. */
export const both = ['lookUp', 'callers'];

const whole: ReadonlySet<Ending> = new Set([
  'answers',
  'says nothing',
  'is incomplete',
  'calls the caller',
  'calls both',
]);
const isWhole = (ending: Ending) => whole.has(ending);
const saysSomething = (ending: Ending) => ending !== 'fails' && ending !== 'is refused';

/** A chat as a plain list of messages, and the lists that it showed before. */
export class ChatModel {
  messages: Entry[] = [];
  unsent: string[] = [];
  readonly #shown: Entry[][] = [];
  readonly #whenCut: WhenCut;

  constructor(whenCut: WhenCut) {
    this.#whenCut = whenCut;
  }

  /** Adds an exchange at `place`; without a message, the user's message before it is answered again. */
  exchange(
    place: number,
    message: string | undefined,
    calls: readonly (readonly string[])[],
    ending: Ending,
    answer: string,
  ): void {
    const before = this.messages;
    if (ending === 'is left at once') return;
    if (!isWhole(ending) && this.#whenCut === 'rollback') {
      if (message !== undefined) this.unsent.push(message);
      return;
    }
    const isRefused = calls.length === 0 && ending === 'is refused';
    const wasRefused = message === undefined && !before[place - 1]!.isSent;
    const asked = this.#asked(before.slice(0, place), message);
    if (isRefused || (wasRefused && ending === 'fails' && calls.length === 0)) this.#refuse(asked);
    const isEmpty = calls.length === 0 && !saysSomething(ending);
    if (message === undefined && isEmpty && !isWhole(ending) && before.length > place) {
      this.messages = [...asked, ...before.slice(place)];
      return;
    }
    this.messages = [...asked, ...this.#answers(calls, ending, answer)];
  }

  /** Remembers the messages that are shown now, by the ids of the chat. */
  show(ids: readonly string[]): void {
    for (const [index, message] of this.messages.entries()) message.id = ids[index]!;
    this.#shown.push(this.messages);
  }

  /** Whether a message was ever shown. */
  knows(message: string): boolean {
    return this.#shown.some((messages) => messages.some(({ id }) => id === message));
  }

  /** The last list that was shown with that message in it. */
  select(branch: string): void {
    this.messages = this.#shown.findLast((messages) => messages.some(({ id }) => id === branch))!;
  }

  /**
   * The contents sent for the first `count` messages: neighbours of one speaker are one content, but responses are a
   * content of their own, and each call has a response.
   */
  sent(count: number): string[] {
    const contents: { speaker: string; words: string[] }[] = [];
    let open: string[] = [];
    const say = (speaker: string, words: readonly string[]) => {
      const last = contents.at(-1);
      if (last?.speaker === speaker) last.words.push(...words);
      else contents.push({ speaker, words: [...words] });
    };
    for (const { role, words, isSent } of this.messages.slice(0, count)) {
      if (!isSent || words.length === 0) continue;
      if (open.length > 0) say('tool', open);
      open = role === 'model' ? words.filter((word) => word.startsWith('call ')).map(answerTo) : [];
      if (role !== 'tool') say(role, words);
    }
    return contents.map(({ speaker, words }) => [speaker === 'model' ? 'model' : 'user', ...words].join(', '));
  }

  #asked(messages: readonly Entry[], message: string | undefined): Entry[] {
    if (message === undefined) {
      messages.at(-1)!.isSent = true;
      return [...messages];
    }
    return [...messages, { role: 'user', words: [message], status: 'complete', isSent: true }];
  }

  /** A refused message is not sent again, nor messages sent together with it, unless one was answered once. */
  #refuse(messages: Entry[]): void {
    for (let index = messages.length - 1; index >= 0; index--) {
      const { role, id } = messages[index]!;
      if (role === 'user' && !this.#wasAnswered(id)) messages[index]!.isSent = false;
      else if (role !== 'user' && says(messages[index])) return;
    }
  }

  #wasAnswered(question: string | undefined): boolean {
    return this.#shown.some((messages) =>
      says(messages[messages.findIndex(({ id }) => id === question) + 1 || Infinity]),
    );
  }

  #answers(calls: readonly (readonly string[])[], ending: Ending, answer: string): Entry[] {
    const entries = calls.flatMap((names) => this.#called(names, 'complete'));
    switch (ending) {
      case 'answers':
      case 'is incomplete':
        return [...entries, { role: 'model', words: [answer], status: 'complete', isSent: true }];
      case 'says nothing':
        return [...entries, { role: 'model', words: [], status: 'complete', isSent: true }];
      case 'calls the caller':
        return [...entries, { role: 'model', words: ['call callers'], status: 'complete', isSent: true }];
      case 'calls both': {
        const [asked, responses] = this.#called(both, 'complete');
        return [...entries, asked!, { ...responses!, words: responses!.words.slice(0, 1) }];
      }
      case 'hangs in a tool':
        return [...entries, ...this.#called(hanging, 'cancelled')];
      case 'calls on': {
        const rest = Array.from({ length: maxSteps - calls.length }, () => this.#called(['lookUp'], 'complete')).flat();
        return [...entries, ...rest.slice(0, -2), { ...rest.at(-2)!, ...this.#cut('failed') }];
      }
      default: {
        const words = saysSomething(ending) ? [`half of ${answer}`] : [];
        const status = ending === 'is cancelled' || ending === 'is left' ? 'cancelled' : 'failed';
        return [...entries, { role: 'model', words, ...this.#cut(status) }];
      }
    }
  }

  #cut(status: 'cancelled' | 'failed') {
    return { status, isSent: this.#whenCut === 'commit' };
  }

  #called(names: readonly string[], status: 'complete' | 'cancelled'): Entry[] {
    const words = names.map((name) => `call ${name}`);
    return [
      { role: 'model', words, status: 'complete', isSent: true },
      { role: 'tool', words: words.map(answerTo), status, isSent: true },
    ];
  }
}

const says = (message: Entry | undefined) => message?.isSent && message.words.length > 0;
const answerTo = (call: string) => call.replace('call', 'response of');

/** Contents in the words of the model. */
export function wordsOf(contents: readonly GeminiContent[]): string[] {
  return contents.map(({ role, parts }) => [role, ...wordsIn(parts)].join(', '));
}

/** The words of some parts; a signature alone has none. */
export function wordsIn(parts: GeminiContent['parts']): string[] {
  return parts.map(wordOf).filter((word) => word !== '');
}

function wordOf({ text, functionCall, functionResponse }: GeminiContent['parts'][number]): string {
  if (functionCall) return `call ${functionCall.name ?? ''}`;
  return functionResponse ? `response of ${functionResponse.name ?? ''}` : (text ?? '');
}

/** The fault for which the API would refuse contents, or for which a model would answer nothing. */
export function refusal(contents: readonly GeminiContent[]): string | undefined {
  if (contents[0]?.role !== 'user') return 'The first content is not of the user.';
  for (const [index, { role, parts }] of contents.entries()) {
    const before = contents[index - 1];
    const calls = (before?.parts ?? []).filter((part) => part.functionCall);
    const answers = parts.filter((part) => part.functionResponse);
    if (parts.length === 0) return `Content ${index} is empty.`;
    if (parts.some(isWithoutData)) return `Content ${index} has a part without data.`;
    if (answers.length > 0 && answers.length < parts.length) return `Content ${index} mixes responses and other parts.`;
    const isAfterAnswers = role === 'user' && before?.parts.some((part) => part.functionResponse);
    if (before?.role === role && !isAfterAnswers) return `Contents ${index - 1} and ${index} are of one role.`;
    if (calls.length !== answers.length) return `Content ${index} answers ${answers.length} of ${calls.length} calls.`;
    for (const [position, { functionCall }] of calls.entries()) {
      const { id, name } = parts[position]?.functionResponse ?? {};
      if (name !== functionCall?.name || id !== functionCall?.id) return `Content ${index} answers another call.`;
    }
  }
  return contents.at(-1)?.role === 'user' ? undefined : 'The last content is not of the user.';
}

const isWithoutData = (part: GeminiContent['parts'][number]) =>
  Object.keys(part).every((field) => field === 'thought' || field === 'thoughtSignature');
