'use client';

import { useState, type KeyboardEvent } from 'react';
import { ReplyCard } from './replyCard';
import { useGeminiStream } from './useGeminiStream';

const ideas = ['Why is the sky blue?', 'Explain monoids to a cook', 'Three names for a boat'];

export function Asking() {
  const [draft, setDraft] = useState('');
  const [asked, setAsked] = useState('');
  const { state, ask, stop } = useGeminiStream('/api/reply');
  const isRunning = state?.status === 'waiting' || state?.status === 'streaming';

  const submit = (prompt: string) => {
    if (prompt.trim() === '') return;
    setDraft('');
    setAsked(prompt);
    ask(prompt);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter that ends the input of a word, in Japanese for example, is not meant for us.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  };

  return (
    <>
      <form
        className="composer"
        onSubmit={(event) => {
          event.preventDefault();
          submit(draft);
        }}
      >
        <textarea
          aria-label="Prompt"
          autoFocus
          maxLength={10_000}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          placeholder="Ask Gemini"
          rows={1}
          value={draft}
        />
        {isRunning ? (
          <button key="stop" type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button key="ask" className="primary" disabled={draft.trim() === ''}>
            Ask
          </button>
        )}
      </form>
      {state === undefined ? (
        <ul className="ideas" aria-label="Ideas">
          {ideas.map((idea) => (
            <li key={idea}>
              <button type="button" onClick={() => submit(idea)}>
                {idea}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <ReplyCard prompt={asked} state={state} onRetry={() => ask(asked)} />
      )}
    </>
  );
}
