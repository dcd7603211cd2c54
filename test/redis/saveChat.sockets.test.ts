import { createClient } from 'redis';
import { lastValueFrom } from 'rxjs';
import { createChat } from 'rxjs-gemini';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emulate } from '../support/emulate.js';
import { hasRedis, startRedis, type RedisServer } from '../support/redisServer.js';
import { loadChat, saveChat } from './saveChat.js';

describe.skipIf(!hasRedis)('the recipe that saves a chat', () => {
  let server: RedisServer;
  let redis: ReturnType<typeof createClient>;

  beforeAll(async () => {
    server = await startRedis();
    redis = createClient({ url: server.url });
    await redis.connect();
  });

  afterAll(async () => {
    redis.destroy();
    await server.stop();
  });

  it('restores what was saved, and refuses the second of two processes', async () => {
    const { ai } = await emulate(['Hello', ' there.']);
    const first = createChat(ai, { model: 'gemini-2.5-flash' });
    await lastValueFrom(first.send('Hello'));
    expect(await loadChat(redis, 'a')).toEqual({ version: 0 });
    expect(await saveChat(redis, 'a', 0, first)).toBe(true);

    const saved = await loadChat(redis, 'a');
    expect(saved).toEqual({ version: 1, chat: first.toJSON() });
    const [one, other] = [saved, saved].map(({ chat }) => createChat(ai, { model: 'gemini-2.5-flash', restore: chat }));
    await lastValueFrom(one!.send('More'));
    expect(await saveChat(redis, 'a', saved.version, one!)).toBe(true);
    expect(await saveChat(redis, 'a', saved.version, other!)).toBe(false);
    expect((await loadChat(redis, 'a')).chat).toEqual(one!.toJSON());
  });
});
