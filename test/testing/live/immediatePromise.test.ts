import { describe, expect, it } from 'vitest';
import { ImmediatePromise } from '../../../src/testing/immediatePromise.js';

describe('ImmediatePromise', () => {
  it('calls back at once, before and after it settles', () => {
    const seen: string[] = [];
    let settle: (value: string) => void = () => undefined;
    const promise = new ImmediatePromise<string>((resolve) => (settle = resolve));
    void promise.then((value) => seen.push(value));
    settle('one');
    settle('two');
    void promise.then((value) => seen.push(`late ${value}`));
    expect(seen).toEqual(['one', 'late one']);
  });

  it('works with `await`, and passes values, errors and promises on', async () => {
    const one = new ImmediatePromise<number>((resolve) => {
      resolve(1);
    });
    const failed = new ImmediatePromise<number>((_, reject) => {
      reject(new Error('no'));
    });
    expect(await one).toBe(1);
    expect(await one.then((value) => Promise.resolve(value + 1)).then((value) => value * 2)).toBe(4);
    await expect(failed.then((value) => value)).rejects.toThrow('no');
    expect(await failed.catch(() => 3)).toBe(3);
    const throwing = one.then(() => {
      throw new Error('thrown');
    });
    await expect(throwing).rejects.toThrow('thrown');
  });

  it('calls `finally` in both cases', async () => {
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    const one = new ImmediatePromise<number>((resolve) => {
      resolve(1);
    });
    expect(await one.finally(count)).toBe(1);
    const failed = one.then(() => Promise.reject(new Error('no')));
    await expect(failed.finally(count)).rejects.toThrow('no');
    expect(calls).toBe(2);
  });
});
