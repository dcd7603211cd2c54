'use client';

import { useState } from 'react';
import { useGeminiChat } from './useGeminiChat';

export default function Page() {
  const { messages, status, submit, stop } = useGeminiChat('/api/answer');
  const [draft, setDraft] = useState('');

  return (
    <main>
      {messages.map((message) => (
        <article key={message.id}>
          <b>{message.role}:</b> {message.status === 'waiting' ? '…' : message.text}
          {message.error && <p role="alert">{message.error.message}</p>}
        </article>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit(draft);
          setDraft('');
        }}
      >
        <input aria-label="Message" value={draft} onChange={(event) => setDraft(event.target.value)} />
        <button disabled={status !== 'idle'}>Send</button>
        <button type="button" disabled={status === 'idle'} onClick={stop}>
          Stop
        </button>
      </form>
    </main>
  );
}
