'use client';

import { Fragment, useRef, useState } from 'react';
import { Announcer } from '../reply/announcer';
import { Composer } from '../reply/composer';
import { useFollow } from '../reply/useFollow';
import { AnswerView } from './answerView';
import type { ChatMessage } from './chatMessage';
import { useConversation } from './useConversation';
import { useIsInView } from './useIsInView';

const ideas = [
  'How is the weather in Oslo?',
  'Compare three sorting algorithms in a table',
  'Write a debounce function in TypeScript',
  'Think first: which weighs more, a kilo of iron or of feathers?',
];

export function Conversation() {
  const { turns, isRunning, ask, retry, stop } = useConversation();
  const section = useRef<HTMLElement>(null);
  const { isAway, toEnd } = useFollow(section);
  const [failureElement, setFailureElement] = useState<HTMLDivElement | null>(null);
  const isFailureInView = useIsInView(failureElement);
  const last = turns.at(-1);

  const send = (prompt: string) => {
    ask(prompt);
    toEnd();
  };
  const retryLast = () => {
    retry();
    toEnd();
  };

  return (
    <>
      <section className="conversation" aria-label="Conversation" ref={section}>
        {turns.map((turn, index) => (
          <Fragment key={turn.question.id}>
            <QuestionView question={turn.question} />
            <AnswerView
              turn={turn}
              number={index + 1}
              onRetry={turn === last && turn.failure?.isRetryable ? retryLast : undefined}
              failureRef={turn === last ? setFailureElement : null}
            />
          </Fragment>
        ))}
      </section>
      {turns.length === 0 && (
        <ul className="ideas" aria-label="Ideas">
          {ideas.map((idea) => (
            <li key={idea}>
              <button type="button" onClick={() => send(idea)}>
                {idea}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="dock">
        {isAway && (
          <button type="button" className="jump" onClick={toEnd}>
            Jump to latest
          </button>
        )}
        {last?.failure && !isFailureInView && (
          <div className="failure-bar">
            <span>
              <code>{last.failure.kind}</code> {last.failure.message}
            </span>
            <button type="button" onClick={() => failureElement?.scrollIntoView({ block: 'center' })}>
              Show
            </button>
          </div>
        )}
        <Composer isRunning={isRunning} canSend={!isRunning} onSend={send} onStop={stop} />
      </div>
      <Announcer status={last?.status} failure={last?.failure} />
    </>
  );
}

function QuestionView({ question: { parts } }: { readonly question: ChatMessage }) {
  return (
    <article className="message" data-role="user" aria-label="You">
      <p className="text" dir="auto">
        {parts.map((part) => (part.type === 'text' ? part.text : ''))}
      </p>
    </article>
  );
}
