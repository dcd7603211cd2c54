import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queue } from '../../src/rx/queue.js';

describe('Queue', () => {
  it('is first in, first out, in any order of steps', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('push', 'push', 'take', 'clear')), (steps) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        steps.forEach((step, index) => {
          if (step === 'push') {
            queue.push(index);
            model.push(index);
          } else if (step === 'take') expect(queue.take()).toBe(model.shift());
          else {
            queue.clear();
            model.length = 0;
          }
          expect(queue.length).toBe(model.length);
        });
      }),
    );
  });
});
