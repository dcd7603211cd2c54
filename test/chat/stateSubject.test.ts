import { expect, it } from 'vitest';
import { StateSubject } from '../../src/chat/stateSubject.js';

it('emits its value on subscribe, and then each change', () => {
  const value = new StateSubject(1);
  value.set(2);
  const seen: number[] = [];
  value.changes$.subscribe((next) => seen.push(next));
  value.set(2);
  value.set(3);
  expect([...seen, value.value]).toEqual([2, 3, 3]);
});

it('emits all changes in one order, also changes made in a `next`', () => {
  const value = new StateSubject(0);
  const first: number[] = [];
  const second: number[] = [];
  value.changes$.subscribe((next) => {
    first.push(next);
    if (next > 0 && next < 3) value.set(next + 1);
  });
  value.changes$.subscribe((next) => second.push(next));
  value.set(1);
  expect(first).toEqual([0, 1, 2, 3]);
  expect(second).toEqual([0, 1, 2, 3]);
});
