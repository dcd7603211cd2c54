'use client';

import { useChat } from '@ai-sdk/react';
import { DefaultChatTransport } from 'ai';
import { useEffect, useRef, useState } from 'react';
import type { UiErrorData } from 'rxjs-gemini/ai-sdk';
import { Composer } from './composer';
import { MessageView, type ChatMessage } from './messageView';

const ideas = ['How is the weather in Oslo?', 'Why is the sky blue?'];

const transport = new DefaultChatTransport<ChatMessage>({ api: '/api/chat' });

export function Conversation() {
  const [failure, setFailure] = useState<UiErrorData>();
  const { messages, status, error, sendMessage, regenerate, stop } = useChat<ChatMessage>({
    transport,
    // React renders at most this often, in ms.
    experimental_throttle: 30,
    onData: ({ type, data }) => {
      if (type === 'data-error') setFailure(data);
    },
  });
  const isRunning = status === 'submitted' || status === 'streaming';
  const stopLatest = useRef(stop);
  useEffect(() => {
    stopLatest.current = stop;
  });
  // `useChat` reads on when its component is gone.
  useEffect(() => () => void stopLatest.current(), []);

  useEffect(() => {
    // Follows the reply, unless the person has scrolled up.
    const { scrollHeight } = document.body;
    if (scrollHeight - window.scrollY - window.innerHeight < 200) window.scrollTo({ top: scrollHeight });
  }, [messages]);

  const ask = (text: string) => {
    setFailure(undefined);
    void sendMessage({ text });
  };
  const retry = () => {
    setFailure(undefined);
    void regenerate();
  };

  return (
    <>
      <div className="conversation" role="log" aria-label="Conversation" aria-busy={isRunning}>
        {messages.map((message) => (
          <MessageView key={message.id} message={message} />
        ))}
        {status === 'submitted' && <p className="hint">Waiting for the first word…</p>}
        {error && (
          <div className="failure" role="alert">
            <span>
              {failure && <code>{failure.kind}</code>} {error.message}
            </span>
            {failure?.retryable !== false && (
              <button type="button" onClick={retry}>
                Try again
              </button>
            )}
          </div>
        )}
      </div>
      <Composer isRunning={isRunning} onAsk={ask} onStop={() => void stop()} />
      {messages.length === 0 && (
        <ul className="ideas" aria-label="Ideas">
          {ideas.map((idea) => (
            <li key={idea}>
              <button type="button" onClick={() => ask(idea)}>
                {idea}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
