import { useChat } from '@ai-sdk/react';
import type { UIMessage } from 'ai';

/** A chat whose replies survive a reload; `saved` has its messages up to the user's last one. */
export function useResumedChat(chatId: string, saved: UIMessage[]) {
  const { messages, status, sendMessage, stop } = useChat({ id: chatId, messages: saved, resume: true });
  const stopReply = async () => {
    await fetch(`/api/chat/${chatId}/stream`, { method: 'DELETE' });
    await stop();
  };
  return { messages, status, sendMessage, stopReply };
}
