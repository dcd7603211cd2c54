import type { GeminiError, ReplyMetrics, ReplyState } from 'rxjs-gemini';

interface ReplyCardProps {
  readonly prompt: string;
  readonly state: ReplyState;
  readonly onRetry: () => void;
}

export function ReplyCard({ prompt, state: { status, reply, metrics, error }, onRetry }: ReplyCardProps) {
  return (
    <section className="reply" data-status={status} aria-label="Reply" aria-busy={status === 'streaming'}>
      <h2>{prompt}</h2>
      {reply.text !== '' && <p className="text">{reply.text}</p>}
      {error && <Failure error={error} />}
      <footer>
        <span role="status">{[labels[status], speedOf(metrics)].filter(Boolean).join(' · ')}</span>
        {(status === 'cancelled' || error?.retryable) && (
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        )}
      </footer>
    </section>
  );
}

const labels: Readonly<Record<ReplyState['status'], string>> = {
  waiting: 'Waiting for the first word…',
  streaming: '',
  complete: '',
  stopped: '',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

function Failure({ error: { kind, message } }: { readonly error: GeminiError }) {
  return (
    <p className="failure" role="alert">
      <code>{kind}</code> {message}
    </p>
  );
}

function speedOf({ outputTokens, tokensPerSecond, timeToFirstText }: Partial<ReplyMetrics> = {}): string {
  const words = [];
  if (outputTokens !== undefined) words.push(`${outputTokens} tokens`);
  if (tokensPerSecond !== undefined) words.push(`${Math.round(tokensPerSecond)} tokens/s`);
  if (timeToFirstText !== undefined) words.push(`first word after ${(timeToFirstText / 1000).toFixed(1)}\u00A0s`);
  return words.join(' · ');
}
