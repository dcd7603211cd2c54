import { describe } from 'vitest';
import { createReplies } from '../../src/replies/createReplies.js';
import { testRepliesContract } from '../support/repliesContract.js';

describe('createReplies', () => {
  testRepliesContract(() => createReplies());
});
