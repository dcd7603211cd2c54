import { useEffect, useState } from 'react';
import { createChat, fromSse, renderEvery, type ChatMessage, type ChatStatus } from 'rxjs-gemini';

export function useGeminiChat(url: string) {
  const [chat] = useState(() => createChat((request) => fromSse(url, { json: request })));
  const [messages, setMessages] = useState<readonly ChatMessage[]>([]);
  const [status, setStatus] = useState<ChatStatus>('idle');

  useEffect(() => {
    const subscription = chat.messages$.pipe(renderEvery({ frame: true })).subscribe(setMessages);
    subscription.add(chat.status$.subscribe(setStatus));
    return () => {
      subscription.unsubscribe();
      chat.cancel(); // closes the request
    };
  }, [chat]);

  return { messages, status, submit: (text: string) => chat.submit(text), stop: () => chat.cancel() };
}
