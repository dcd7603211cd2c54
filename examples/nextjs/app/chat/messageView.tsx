import type { DynamicToolUIPart, UIMessage } from 'ai';
import type { UiErrorData, UiMessageMetadata } from 'rxjs-gemini/ai-sdk';

/** A message with the metadata and the data that the route sends. */
export type ChatMessage = UIMessage<UiMessageMetadata, { error: UiErrorData }>;

export function MessageView({ message: { role, parts, metadata } }: { readonly message: ChatMessage }) {
  const tokens = metadata?.usage?.outputTokens;
  return (
    <article className="message" data-role={role} aria-label={role === 'user' ? 'You' : 'Gemini'}>
      {parts.map((part, index) => {
        if (part.type === 'text') return part.text && <p key={index}>{part.text}</p>;
        if (part.type === 'reasoning') return <Thoughts key={index} text={part.text} />;
        return part.type === 'dynamic-tool' ? <ToolView key={part.toolCallId} part={part} /> : null;
      })}
      {tokens !== undefined && <footer>{tokens} tokens</footer>}
    </article>
  );
}

function Thoughts({ text }: { readonly text: string }) {
  return (
    <details>
      <summary>Thoughts</summary>
      {text}
    </details>
  );
}

function ToolView({ part: { toolName, state, input, output, errorText } }: { readonly part: DynamicToolUIPart }) {
  return (
    <details className="tool" data-state={state}>
      <summary>
        <code>{toolName}</code> {labels[state] ?? 'runs…'}
      </summary>
      <pre>{JSON.stringify(input, null, 2)}</pre>
      {state === 'output-available' && <pre>{JSON.stringify(output, null, 2)}</pre>}
      {errorText}
    </details>
  );
}

const labels: Readonly<Record<string, string>> = { 'output-available': 'done', 'output-error': 'failed' };
