import { useState, type KeyboardEvent } from 'react';

interface ComposerProps {
  readonly isRunning: boolean;
  readonly onAsk: (prompt: string) => void;
  readonly onStop: () => void;
}

export function Composer({ isRunning, onAsk, onStop }: ComposerProps) {
  const [draft, setDraft] = useState('');
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter that ends the input of a word, in Japanese for example, is not meant for us.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        if (isRunning || draft.trim() === '') return;
        setDraft('');
        onAsk(draft);
      }}
    >
      <textarea
        aria-label="Message"
        autoFocus
        maxLength={10_000}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder="Write to Gemini"
        rows={1}
        value={draft}
      />
      {isRunning ? (
        <button key="stop" type="button" onClick={onStop}>
          Stop
        </button>
      ) : (
        <button key="send" className="primary" disabled={draft.trim() === ''}>
          Send
        </button>
      )}
    </form>
  );
}
