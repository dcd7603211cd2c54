interface AnnouncerProps {
  readonly status: string | undefined;
  readonly failure: { readonly message: string } | undefined;
}

/** Tells a screen reader the state of the reply: at its begin, and at its end. The text itself is read on demand. */
export function Announcer({ status, failure }: AnnouncerProps) {
  const words = failure ? `The answer failed: ${failure.message}` : labels[status ?? ''];
  return (
    <p role="status" className="visually-hidden">
      {words}
    </p>
  );
}

const labels: Readonly<Record<string, string>> = {
  waiting: 'Gemini is answering',
  streaming: 'Gemini is answering',
  complete: 'The answer is complete',
  stopped: 'The answer has ended early',
  cancelled: 'The answer was stopped',
};
