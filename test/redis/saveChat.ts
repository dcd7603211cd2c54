import type { createClient } from 'redis';
import type { ChatJson, GeminiChat } from 'rxjs-gemini';

type Redis = ReturnType<typeof createClient>;

/** A chat and the number of its saves: 0 for a chat that was never saved. */
export interface SavedChat {
  readonly version: number;
  readonly chat?: ChatJson;
}

export async function loadChat(redis: Redis, id: string): Promise<SavedChat> {
  const { version, chat } = await redis.hGetAll(`chat:${id}`);
  return chat === undefined ? { version: 0 } : { version: Number(version), chat: JSON.parse(chat) as ChatJson };
}

const saveIfUnchanged = `
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1] + 1, 'chat', ARGV[2])
return 1`;

/** Saves a chat, unless another process has saved it since that version was loaded. */
export async function saveChat(redis: Redis, id: string, version: number, chat: GeminiChat): Promise<boolean> {
  const options = { keys: [`chat:${id}`], arguments: [String(version), JSON.stringify(chat)] };
  return (await redis.eval(saveIfUnchanged, options)) === 1;
}
