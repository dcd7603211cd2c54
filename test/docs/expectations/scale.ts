import { text, type Expectations } from './expectation.js';

/** The results of the examples in `docs/scale.md`. */
export const scale: Expectations = {
  'docs/scale: Several processes': [{ prints: `${text}\nfalse`, needsRedis: true }],
  'docs/scale: One limit for all processes': [{ prints: 'Hello, \nworld. \nHere I am.', needsRedis: true }],
  'docs/scale: Limits and queues': [
    {
      prints: `bob: 1 in the queue
ada: Hello,
ada: world.
ada: Here I am.
bob: 0 in the queue
bob: Hello,
bob: world.
bob: Here I am.`,
      answer: ['Hello,', 'world.', 'Here I am.'],
    },
  ],
  'docs/scale: Load shedding': [{ prints: '[ 200, 429 ]' }],
  'docs/scale: Observability': [
    {
      prints: `[ 'timeToFirstText', 'longestStall' ] {
  outcome: 'complete',
  kind: undefined,
  outputTokens: 4,
  cost: 0.0000109
}`,
    },
  ],
  'docs/scale: One reply for many readers': [{ prints: `${text} (24 characters, one request)` }],
  'docs/scale: Replies that outlive their page': [{ prints: `${text}\nbob: not_found\nfalse` }],
  'docs/scale: Slow readers': [{ prints: "[ 'Hello, ', 'world.' ]" }],
};
