import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedQueue } from '../../../operators/protect/orderedQueue.js';

interface Item {
  readonly order: number;
}

describe('OrderedQueue', () => {
  it('keeps the order of its items, for any order of adding and deleting', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 20 })), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (history) => {
        const items = Array.from({ length: 21 }, (_, order): Item => ({ order }));
        const queue = new OrderedQueue<Item>();
        const model = new Set<Item>();
        for (const [isAdded, order] of history) {
          const item = items[order]!;
          if (!isAdded) expect(queue.delete(item)).toBe(model.delete(item));
          else if (!model.has(item)) {
            queue.add(item);
            model.add(item);
          }
          const expected = [...model].sort((a, b) => a.order - b.order);
          expect(queue.take(Infinity)).toEqual(expected);
          expect(queue.take(2)).toEqual(expected.slice(0, 2));
          expect([queue.first, queue.size]).toEqual([expected[0], expected.length]);
        }
      }),
    );
  });
});
