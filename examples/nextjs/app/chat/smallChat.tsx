'use client';

import { useChat } from '@ai-sdk/react';
import { DefaultChatTransport, type UIMessage } from 'ai';
import { useState } from 'react';
import type { UiErrorData, UiMessageMetadata } from 'rxjs-gemini/ai-sdk';

type ChatMessage = UIMessage<UiMessageMetadata, { error: UiErrorData }>;

const transport = new DefaultChatTransport<ChatMessage>({ api: '/api/chat' });

export function SmallChat() {
  const [text, setText] = useState('');
  const { messages, status, error, sendMessage, stop } = useChat<ChatMessage>({
    transport,
    onData: ({ type, data }) => {
      if (type === 'data-error') console.warn(data.kind, data.retryAfter);
    },
  });
  const isRunning = status === 'submitted' || status === 'streaming';

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void sendMessage({ text });
        setText('');
      }}
    >
      {messages.map(({ id, role, parts }) => (
        <p key={id}>
          {role}: {parts.map((part) => (part.type === 'text' ? part.text : ''))}
        </p>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <input value={text} onChange={(event) => setText(event.target.value)} aria-label="Message" />
      <button disabled={isRunning}>Send</button>
      <button type="button" disabled={!isRunning} onClick={() => void stop()}>
        Stop
      </button>
    </form>
  );
}
