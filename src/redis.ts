export type { RedisClient, RedisScriptOptions, RedisSubscriber } from './redis/redisClient.js';
