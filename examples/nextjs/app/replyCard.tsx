import type { ReplyMetrics, ReplyState } from 'rxjs-gemini';
import { FailureView } from './reply/failureView';
import { Markdown } from './reply/markdown';
import { noteOf } from './reply/noteOf';
import { Wait } from './reply/wait';

interface ReplyCardProps {
  readonly prompt: string;
  readonly state: ReplyState;
  readonly onRetry: () => void;
}

export function ReplyCard({ prompt, state, onRetry }: ReplyCardProps) {
  const { status, reply, metrics, error, queued, retrying } = state;
  const finishReason = reply.candidates?.[0]?.finishReason;
  const isRunning = status === 'waiting' || status === 'streaming';
  const note = noteOf(status, finishReason, reply.text.trim() !== '');
  return (
    <section className="reply" data-status={status} aria-label="Reply" aria-busy={isRunning}>
      <h2 dir="auto">{prompt}</h2>
      {reply.text !== '' && (
        <Markdown
          text={reply.text}
          isOpen={status !== 'complete' || (finishReason ?? 'STOP') !== 'STOP'}
          name="the reply"
        />
      )}
      {isRunning && <span className="dots" aria-hidden="true" />}
      {isRunning && (
        <Wait
          queued={queued}
          retrying={retrying}
          resumed={reply.resumed}
          progress={`${reply.text.length} ${JSON.stringify([queued, retrying])}`}
        />
      )}
      {note && <p className="note">{note}</p>}
      {error && <FailureView failure={error} onRetry={error.retryable ? onRetry : undefined} />}
      <footer>
        <span>{isRunning ? '' : speedOf(metrics)}</span>
        {status === 'cancelled' && (
          <button type="button" onClick={onRetry}>
            Retry
          </button>
        )}
      </footer>
    </section>
  );
}

function speedOf({ outputTokens, tokensPerSecond, timeToFirstText }: Partial<ReplyMetrics> = {}): string {
  const words = [];
  if (outputTokens !== undefined) words.push(`${outputTokens} tokens`);
  if (tokensPerSecond !== undefined) words.push(`${Math.round(tokensPerSecond)} tokens/s`);
  if (timeToFirstText !== undefined) words.push(`first word after ${(timeToFirstText / 1000).toFixed(1)}\u00A0s`);
  return words.join(' · ');
}
