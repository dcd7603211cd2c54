import { concat, defer, NEVER, of, throwError } from 'rxjs';
import { GeminiError } from '../../../src/index.js';
import { thoughtChunk } from '../../../src/testing.js';
import { usualReply, type Expectations } from './expectation.js';

/** The usual reply, after one failure for which the server asks for a wait of 2 s. */
function busyOnce() {
  let requests = 0;
  const busy = new GeminiError('The service is busy', { kind: 'overloaded', retryAfter: 2_000 });
  return defer(() => (requests++ === 0 ? throwError(() => busy) : usualReply));
}

/** The results of the examples in `docs/operators.md`. */
export const operators: Expectations = {
  'docs/operators: The order': [{ prints: /^waiting \n[^]*complete 3\n[^]*complete Hello, world\. Here I am\.$/ }],
  'docs/operators: toReplyState': [
    { prints: 'waiting \nstreaming Hello, \nstreaming Hello, world.\ncomplete Hello, world.' },
  ],
  'docs/operators: timeoutReply': [
    { reply$: concat(of(thoughtChunk('Hm')), NEVER), passes: 20_000, prints: 'timeout Hm' },
  ],
  'docs/operators: retryTransient': [
    {
      reply$: busyOnce(),
      passes: 3_000,
      // The wait is up to a quarter longer than the server asks.
      prints: /^(Trying again in 3 s\n)?Trying again in 2 s\nTrying again in 1 s\nHello, \nworld\.\nNo wait$/,
    },
  ],
  'docs/operators: Read': [{ prints: 'Hello, world. STOP 7\nHello,  2' }],
};
