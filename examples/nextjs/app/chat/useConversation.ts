import { Chat, useChat } from '@ai-sdk/react';
import { DefaultChatTransport } from 'ai';
import { useEffect, useState } from 'react';
import type { Waits } from '../reply/wait';
import type { ChatData, ChatMessage } from './chatMessage';
import { failureOf, type Failure } from './failure';

export type TurnStatus = 'waiting' | 'streaming' | 'complete' | 'cancelled' | 'failed';

/** A question and its answer. `useChat` has no message of an answer before its first part. */
export interface Turn {
  readonly question: ChatMessage;
  readonly answer: ChatMessage | undefined;
  readonly status: TurnStatus;
  readonly failure: Failure | undefined;
  /** The waits of an answer that runs. */
  readonly waits: Waits;
}

/** The end of a turn, other than a complete answer. */
type Ending = { readonly status: 'cancelled' } | { readonly status: 'failed'; readonly failure: Failure };

/** A wait, and the length of the answer at its begin: more text ends it. */
type SeenWaits = Waits & { readonly length: number };

const transport = new DefaultChatTransport<ChatMessage>({ api: '/api/chat' });

/** `useChat`, and what it does not keep: how each answer ended, and why the present one waits. */
export function useConversation() {
  const [endings, setEndings] = useState<Readonly<Record<string, Ending>>>({});
  const [waits, setWaits] = useState<SeenWaits>({ length: 0 });
  const [chat] = useState(() => {
    let data: ChatData['error'] | undefined;
    const end = (ending: Ending) => {
      const id = own.messages.findLast(({ role }) => role === 'user')?.id ?? '';
      setEndings((before) => ({ ...before, [id]: ending }));
    };
    const own: Chat<ChatMessage> = new Chat<ChatMessage>({
      transport,
      onData: (part) => {
        const length = lengthOf(own.messages.at(-1));
        if (part.type === 'data-error') data = part.data;
        else if (part.type === 'data-queued') setWaits(({ resumed }) => ({ resumed, queued: part.data, length }));
        else if (part.type === 'data-retrying') setWaits(({ resumed }) => ({ resumed, retrying: part.data, length }));
        else setWaits({ resumed: part.data, length });
      },
      onError: (error) => {
        end({ status: 'failed', failure: failureOf(error, data) });
        data = undefined;
      },
      onFinish: ({ isAbort }) => {
        if (isAbort) end({ status: 'cancelled' });
      },
    });
    return own;
  });
  // React renders at most this often, in ms.
  const { messages, status, sendMessage, regenerate } = useChat({ chat, experimental_throttle: 30 });
  const isRunning = status === 'submitted' || status === 'streaming';
  // `useChat` reads on when its component is gone.
  useEffect(() => () => void chat.stop(), [chat]);

  const begin = (id: string | undefined) => {
    setWaits({ length: 0 });
    setEndings(({ [id ?? '']: _, ...before }) => before);
  };
  const lastQuestion = messages.findLast(({ role }) => role === 'user');
  return {
    turns: messages.flatMap((question, index): Turn[] => {
      if (question.role !== 'user') return [];
      const next = messages[index + 1];
      const answer = next?.role === 'assistant' ? next : undefined;
      const runs = isRunning && question === lastQuestion;
      const ending = runs ? undefined : endings[question.id];
      const isSilent = lengthOf(answer) === 0;
      return [
        {
          question,
          answer,
          status: ending?.status ?? (runs ? (isSilent ? 'waiting' : 'streaming') : 'complete'),
          failure: ending?.status === 'failed' ? ending.failure : undefined,
          waits: waitsOf(waits, lengthOf(answer)),
        },
      ];
    }),
    isRunning,
    ask: (text: string) => {
      begin(undefined);
      void sendMessage({ text });
    },
    retry: () => {
      begin(lastQuestion?.id);
      void regenerate();
    },
    stop: () => void chat.stop(),
  };
}

/** A queue and a retry end with the next text; a seam is shown until the end. */
function waitsOf({ length, resumed, ...present }: SeenWaits, answered: number): Waits {
  return answered > length ? { resumed } : { resumed, ...present };
}

/** The length of an answer: it grows with each text, thought and call. */
export function lengthOf(message: ChatMessage | undefined): number {
  if (message?.role !== 'assistant') return 0;
  return message.parts.reduce((length, part) => {
    if (part.type === 'text' || part.type === 'reasoning') return length + part.text.length;
    return part.type === 'dynamic-tool' ? length + part.state.length : length;
  }, 0);
}
