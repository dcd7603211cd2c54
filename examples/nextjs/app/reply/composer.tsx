import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';

interface ComposerProps {
  /** Whether there is a reply to stop. */
  readonly isRunning: boolean;
  /** Whether a prompt may be sent now. */
  readonly canSend: boolean;
  readonly onSend: (prompt: string) => void;
  readonly onStop: () => void;
}

/** The key code of an Enter that ends a word of an input method; Safari sends it after the composition has ended. */
const composing = 229;

export function Composer({ isRunning, canSend, onSend, onStop }: ComposerProps) {
  const [draft, setDraft] = useState('');
  const input = useRef<HTMLTextAreaElement>(null);
  /** Whether the keyboard is on Stop, which disappears with the end of the reply. */
  const isOnStop = useRef(false);
  const isReady = canSend && draft.trim() !== '';

  useLayoutEffect(() => {
    if (!isRunning && isOnStop.current) input.current?.focus();
  }, [isRunning]);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    if (event.nativeEvent.isComposing || event.keyCode === composing) return;
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReady) return;
        setDraft('');
        onSend(draft);
      }}
    >
      <textarea
        ref={input}
        aria-label="Message"
        autoFocus
        dir="auto"
        maxLength={10_000}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder="Ask Gemini"
        rows={1}
        value={draft}
      />
      <div className="actions">
        <span className="keys">Enter sends, Shift + Enter starts a line</span>
        <button
          type="button"
          hidden={!isRunning}
          onClick={onStop}
          onFocus={({ currentTarget }) => (isOnStop.current = currentTarget.matches(':focus-visible'))}
          onBlur={() => (isOnStop.current = false)}
        >
          Stop
        </button>
        <button className="primary" aria-disabled={!isReady}>
          Send
        </button>
      </div>
    </form>
  );
}
