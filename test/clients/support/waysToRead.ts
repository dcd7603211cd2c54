import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';
import { streamText } from 'ai';
import { defer, filter, map, Observable, switchMap, take } from 'rxjs';
import { fromGemini, fromInteraction, protectReply, toAsyncIterable, toText } from 'rxjs-gemini';

/** A reader of a reply, as programs write it. */
export interface Way {
  /** The package, and the call. */
  readonly name: string;
  /** How the reader stops early. */
  readonly stops: string;
  /** The method of the API that the way reads. @defaultValue `generateContent` */
  readonly interaction?: boolean;
  /**
   * Reads a reply to its end, calling back with each text; or until `stopAfter` texts have arrived. Resolves when the
   * program takes the reply for finished, or has stopped; rejects if the program gets an error.
   */
  readonly read: Read;
}

type Read = (url: string, onText: (text: string) => void, stopAfter: number) => Promise<void>;
type TextOf<T> = (chunk: T) => string | undefined;

const model = 'gemini-2.5-flash';
const contents = 'Hello';

const clientOf = (baseUrl: string) => new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl } });

/** A loop that breaks at its last text, when no more is wanted. */
const loop =
  <T>(open: (url: string) => AsyncIterable<T> | PromiseLike<AsyncIterable<T>>, textOf: TextOf<T>): Read =>
  async (url, onText, stopAfter) => {
    let count = 0;
    for await (const chunk of await open(url)) {
      const text = textOf(chunk);
      if (!text) continue;
      onText(text);
      if (++count === stopAfter) break;
    }
  };

/** A loop that a stop button ends through a signal, while the loop waits for the next chunk. */
const abortedLoop =
  <T>(
    open: (url: string, signal: AbortSignal) => AsyncIterable<T> | PromiseLike<AsyncIterable<T>>,
    textOf: TextOf<T>,
  ): Read =>
  async (url, onText, stopAfter) => {
    const controller = new AbortController();
    let count = 0;
    try {
      for await (const chunk of await open(url, controller.signal)) {
        const text = textOf(chunk);
        if (!text) continue;
        onText(text);
        if (++count === stopAfter) setTimeout(() => controller.abort());
      }
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    }
  };

/** A subscription that `take` ends at its last text. */
const taken =
  (open: (url: string) => Observable<string | undefined>): Read =>
  (url, onText, stopAfter) =>
    new Promise((resolve, reject) => {
      const text$ = open(url).pipe(filter((text): text is string => Boolean(text)));
      text$.pipe(take(stopAfter)).subscribe({ next: onText, error: reject, complete: resolve });
    });

/** A subscription that a stop button ends while the model is silent. */
const unsubscribed =
  (open: (url: string) => Observable<string | undefined>): Read =>
  (url, onText, stopAfter) =>
    new Promise((resolve, reject) => {
      let count = 0;
      const text$ = open(url).pipe(filter((text): text is string => Boolean(text)));
      const subscription = text$.subscribe({
        next(text) {
          onText(text);
          if (++count !== stopAfter) return;
          setTimeout(() => {
            subscription.unsubscribe();
            resolve();
          });
        },
        error: reject,
        complete: resolve,
      });
    });

const sdkStream = (url: string) => clientOf(url).models.generateContentStream({ model, contents });
const textOfChunk = ({ text }: { readonly text?: string | undefined }) => text;
const textItself = (text: string) => text;
const aiSdkOf = (url: string) => ({
  model: createGoogleGenerativeAI({ apiKey: 'none', baseURL: `${url}/v1beta` })(model),
  maxRetries: 0,
  // The default prints the error; the program sees nothing in both cases.
  onError: () => undefined,
});
const ourReply$ = (url: string) => fromGemini(clientOf(url), { model, contents }).pipe(protectReply({}));
const ourText$ = (url: string) => ourReply$(url).pipe(toText());

async function fetched(url: string): Promise<Response> {
  const response = await fetch(`${url}/v1beta/models/${model}:streamGenerateContent?alt=sse`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'x-goog-api-key': 'none' },
    body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: contents }] }] }),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response;
}

/** The loop that most hand-written clients have: a decoder, a buffer, and lines. */
const readByHand: Read = async (url, onText, stopAfter) => {
  const reader = (await fetched(url)).body!.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  let count = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += decoder.decode(value, { stream: true });
    const events = buffer.split(/\r?\n\r?\n/);
    buffer = events.pop() ?? '';
    for (const event of events) {
      const data = JSON.parse(event.replace(/^data: /, '')) as SseData;
      onText(data.candidates?.[0]?.content?.parts?.[0]?.text ?? '');
      if (++count === stopAfter) return;
    }
  }
};

interface SseData {
  readonly candidates?: readonly { readonly content?: { readonly parts?: readonly { readonly text?: string }[] } }[];
}

const sdkText$ = (url: string) =>
  defer(() => sdkStream(url)).pipe(
    switchMap((stream) => stream),
    map(textOfChunk),
  );

/** What many programs write: an Observable around the loop, whose teardown sets a flag. */
const wrapped$ = (url: string) =>
  new Observable<string | undefined>((destination) => {
    let closed = false;
    const run = async () => {
      for await (const chunk of await sdkStream(url)) {
        if (closed) break;
        destination.next(chunk.text);
      }
      destination.complete();
    };
    run().catch((error: unknown) => {
      destination.error(error);
    });
    return () => {
      closed = true;
    };
  });

/** Each way to read a reply of Gemini that this folder can try; this library's last. */
export const waysToRead: readonly Way[] = [
  {
    name: '`@google/genai`: `generateContentStream`',
    stops: '`break`',
    read: loop(sdkStream, textOfChunk),
  },
  {
    name: '`@google/genai`: `chats.sendMessageStream`',
    stops: '`break`',
    read: loop((url) => clientOf(url).chats.create({ model }).sendMessageStream({ message: contents }), textOfChunk),
  },
  {
    name: '`@google/genai`: `interactions.create({ stream: true })`',
    stops: '`break`',
    interaction: true,
    read: loop(
      (url) => clientOf(url).interactions.create({ model, input: contents, stream: true }),
      (event) => (event.event_type === 'step.delta' && event.delta.type === 'text' ? event.delta.text : ''),
    ),
  },
  { name: 'rxjs: `from(stream)` of the SDK', stops: '`take`', read: taken(sdkText$) },
  { name: 'rxjs: `from(stream)` of the SDK', stops: '`unsubscribe`', read: unsubscribed(sdkText$) },
  { name: 'rxjs: `new Observable` around the loop', stops: '`unsubscribe`', read: unsubscribed(wrapped$) },
  {
    name: '`@google/generative-ai`: `generateContentStream`',
    stops: '`break`',
    read: loop(
      async (url) => {
        const client = new GoogleGenerativeAI('none').getGenerativeModel({ model }, { baseUrl: url });
        const { stream, response } = await client.generateContentStream(contents);
        // Without this line, a broken connection is an unhandled rejection, and ends the process.
        response.catch(() => undefined);
        return stream;
      },
      (chunk) => chunk.text(),
    ),
  },
  {
    name: 'AI SDK: `streamText`, `textStream`',
    stops: '`break`',
    read: loop((url) => streamText({ ...aiSdkOf(url), prompt: contents }).textStream, textItself),
  },
  { name: '`fetch`, `body.getReader()`', stops: '`return`', read: readByHand },
  {
    name: '`@google/genai`: `generateContentStream`',
    stops: '`config.abortSignal`',
    read: abortedLoop(
      (url, abortSignal) => clientOf(url).models.generateContentStream({ model, contents, config: { abortSignal } }),
      textOfChunk,
    ),
  },
  {
    name: 'AI SDK: `streamText`, `textStream`',
    stops: '`abortSignal`',
    read: abortedLoop(
      (url, abortSignal) => streamText({ ...aiSdkOf(url), prompt: contents, abortSignal }).textStream,
      textItself,
    ),
  },
  { name: '`fromGemini`, `protectReply`', stops: '`take`', read: taken(ourText$) },
  { name: '`fromGemini`, `protectReply`', stops: '`unsubscribe`', read: unsubscribed(ourText$) },
  {
    name: '`fromInteraction`, `protectReply`',
    stops: '`unsubscribe`',
    interaction: true,
    read: unsubscribed((url) =>
      fromInteraction(clientOf(url), { model, input: contents }).pipe(protectReply({}), toText()),
    ),
  },
  {
    name: '`fromGemini`, `protectReply`, `toAsyncIterable`',
    stops: '`break`',
    read: loop((url) => toAsyncIterable(ourReply$(url), { text: true }), textItself),
  },
];
