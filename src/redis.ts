export { cancelReply, type CancelReplyOptions } from './redis/cancelReply.js';
export { createRedisReplies, type CreateRedisRepliesOptions } from './redis/createRedisReplies.js';
export { followReply, type FollowStoredReplyOptions } from './redis/followReply.js';
export { publishReply, type PublishReplyOptions } from './redis/publishReply.js';
export type { RedisClient, RedisScriptOptions, RedisSubscriber } from './redis/redisClient.js';
export { replies, type RepliesOptions } from './redis/replies.js';
export { redisStore, type RedisStoreOptions } from './redis/redisStore.js';
