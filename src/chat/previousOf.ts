import type { GeminiContent } from '../chunk/contentsOf.js';
import type { ChatMessage } from './chatMessage.js';
import type { PreviousInteraction } from './chatSource.js';
import { isSendable, toRequestContents } from './toRequestContents.js';

/**
 * The interaction that a request continues, if the server knows the first part of `contents` from it.
 *
 * The new contents are cut from the end of `contents`. Contents that are made of the new messages alone would differ: a
 * response needs the call before it.
 *
 * @param messages - The messages of the request, without a window.
 * @param contents - The contents of these messages.
 */
export function previousOf(
  messages: readonly ChatMessage[],
  contents: readonly GeminiContent[],
): PreviousInteraction | undefined {
  const index = messages.findLastIndex(isKeptReply);
  const { interaction, sentMessages } = messages[index] ?? {};
  if (!interaction) return undefined;
  const sentNow = messages.slice(0, index).filter(isSendable).length;
  if (sentMessages !== undefined && sentMessages !== sentNow) return undefined;
  const known = toRequestContents(messages.slice(0, index + 1));
  const newContents = contents.slice(known.length);
  const isUsersAlone = newContents.length > 0 && newContents.every(({ role }) => role === 'user');
  // A message after the reply may have joined the last content that the server knows.
  const isApart = known.length > 0 && JSON.stringify(known.at(-1)) === JSON.stringify(contents[known.length - 1]);
  return isUsersAlone && isApart ? { id: interaction.id, newContents } : undefined;
}

/** Whether the server keeps a message of the model as a whole reply; an empty reply is not among the contents. */
function isKeptReply(message: ChatMessage): boolean {
  const { role, status, interaction } = message;
  if (role !== 'model' || status !== 'complete' || !interaction?.id || !isSendable(message)) return false;
  return interaction.status === 'completed' || interaction.status === 'requires_action';
}
