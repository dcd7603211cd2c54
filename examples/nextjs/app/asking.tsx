'use client';

import { useState } from 'react';
import { Announcer } from './reply/announcer';
import { Composer } from './reply/composer';
import { ReplyCard } from './replyCard';
import { useGeminiStream } from './useGeminiStream';

const ideas = ['Why is the sky blue?', 'Explain monoids to a cook', 'Three names for a boat'];

export function Asking() {
  const [asked, setAsked] = useState('');
  const { state, ask, stop } = useGeminiStream('/api/reply');
  const isRunning = state?.status === 'waiting' || state?.status === 'streaming';

  const submit = (prompt: string) => {
    setAsked(prompt);
    ask(prompt);
  };

  return (
    <div className="asking">
      {/* Another question takes the place of the reply that runs. */}
      <Composer isRunning={isRunning} canSend onSend={submit} onStop={stop} />
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
      <Announcer status={state?.status} failure={state?.error} />
    </div>
  );
}
