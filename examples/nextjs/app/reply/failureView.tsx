import type { Ref } from 'react';

interface FailureViewProps {
  readonly failure: { readonly kind: string; readonly message: string };
  /** Absent where it is of no use. */
  readonly onRetry: (() => void) | undefined;
  readonly ref?: Ref<HTMLDivElement>;
}

export function FailureView({ failure: { kind, message }, onRetry, ref }: FailureViewProps) {
  return (
    <div className="failure" ref={ref}>
      <span>
        <code>{kind}</code> {message}
      </span>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Retry
        </button>
      )}
    </div>
  );
}
