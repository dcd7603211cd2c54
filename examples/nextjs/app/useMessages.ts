import { useEffect, useState } from 'react';
import type { ChatMessage, GeminiChat } from 'rxjs-gemini';

/** The messages of a chat, for a component: renders at each change. */
export function useMessages(chat: GeminiChat): readonly ChatMessage[] {
  const [messages, setMessages] = useState<readonly ChatMessage[]>([]);
  useEffect(() => {
    const subscription = chat.messages$.subscribe(setMessages);
    return () => subscription.unsubscribe();
  }, [chat]);
  return messages;
}
