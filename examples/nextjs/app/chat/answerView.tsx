import type { DynamicToolUIPart } from 'ai';
import { Fragment, type Ref } from 'react';
import { FailureView } from '../reply/failureView';
import { Markdown } from '../reply/markdown';
import { noteOf } from '../reply/noteOf';
import { Wait } from '../reply/wait';
import type { ChatMessage } from './chatMessage';
import { lengthOf, type Turn } from './useConversation';

interface AnswerViewProps {
  readonly turn: Turn;
  /** The number of the answer, from 1. */
  readonly number: number;
  /** Absent where the answer cannot be made again. */
  readonly onRetry: (() => void) | undefined;
  readonly failureRef: Ref<HTMLDivElement>;
}

export function AnswerView({ turn: { answer, status, failure, waits }, number, onRetry, failureRef }: AnswerViewProps) {
  const isRunning = status === 'waiting' || status === 'streaming';
  const finishReason = answer?.metadata?.finishReason;
  const pieces = piecesOf(answer);
  const note = isRunning ? undefined : noteOf(status, finishReason, pieces.some(isShownText));
  const tokens = answer?.metadata?.usage?.outputTokens;
  return (
    <article className="message" data-role="model" data-status={status} aria-label="Gemini">
      {pieces.map((piece, index) => (
        <Fragment key={index}>
          {piece.type === 'text' && (
            <Markdown
              text={piece.text}
              isOpen={status !== 'complete' || (finishReason ?? 'STOP') !== 'STOP'}
              name={`answer ${number}, part ${index + 1}`}
            />
          )}
          {piece.type === 'thoughts' && (
            <Thoughts text={piece.text} isOpen={isRunning && index === pieces.length - 1} number={number} />
          )}
          {piece.type === 'tool' && <ToolView part={piece.part} />}
        </Fragment>
      ))}
      {isRunning && <span className="dots" aria-hidden="true" />}
      {isRunning && <Wait {...waits} progress={`${lengthOf(answer)} ${JSON.stringify(waits)}`} />}
      {note && <p className="note">{note}</p>}
      {failure && <FailureView ref={failureRef} failure={failure} onRetry={onRetry} />}
      {!isRunning && tokens !== undefined && <footer>{tokens} tokens</footer>}
    </article>
  );
}

type Piece =
  | { readonly type: 'text' | 'thoughts'; readonly text: string }
  | { readonly type: 'tool'; readonly part: DynamicToolUIPart };

/** The shown parts of an answer. Texts that only a signature divides are one text: Markdown goes across them. */
function piecesOf(answer: ChatMessage | undefined): Piece[] {
  const pieces: Piece[] = [];
  for (const part of answer?.parts ?? []) {
    if (part.type === 'dynamic-tool') pieces.push({ type: 'tool', part });
    if (part.type !== 'text' && part.type !== 'reasoning') continue;
    const type = part.type === 'text' ? 'text' : 'thoughts';
    const last = pieces.at(-1);
    if (last?.type === type) pieces.splice(-1, 1, { type, text: last.text + part.text });
    else if (part.text !== '') pieces.push({ type, text: part.text });
  }
  return pieces;
}

function isShownText(piece: Piece): boolean {
  return piece.type === 'text' && piece.text.trim() !== '';
}

interface ThoughtsProps {
  readonly text: string;
  readonly isOpen: boolean;
  readonly number: number;
}

/** Open while the model thinks, closed when it answers; the reader may change both. */
function Thoughts({ text, isOpen, number }: ThoughtsProps) {
  return (
    <details className="thoughts" open={isOpen}>
      <summary>{isOpen ? 'Thinking…' : 'Thoughts'}</summary>
      <Markdown text={text} isOpen name={`the thoughts of answer ${number}`} />
    </details>
  );
}

function ToolView({ part: { toolName, state, input, output, errorText } }: { readonly part: DynamicToolUIPart }) {
  return (
    <details className="tool" data-state={state}>
      <summary>
        <code>{toolName}</code> {labels[state] ?? 'runs…'}
      </summary>
      <pre dir="ltr" tabIndex={0}>
        {JSON.stringify(input, null, 2)}
      </pre>
      {state === 'output-available' && (
        <pre dir="ltr" tabIndex={0}>
          {JSON.stringify(output, null, 2)}
        </pre>
      )}
      {errorText}
    </details>
  );
}

const labels: Readonly<Record<string, string>> = { 'output-available': 'done', 'output-error': 'failed' };
