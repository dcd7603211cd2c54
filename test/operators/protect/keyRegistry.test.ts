import { describe, expect, it } from 'vitest';
import type { KeyLimits } from '../../../operators/protect/keyLimits.js';
import { KeyRegistry } from '../../../operators/protect/keyRegistry.js';

const limits = { requestsPerMinute: 3, tokensPerMinute: 100, concurrency: 3, maxQueued: 10 };

/** A registry for two keys, and a clock that the test sets. */
function registryOf() {
  let time = 0;
  const keys = new KeyRegistry(limits, 2, () => time);
  /** A request of a key that begins and ends at once. */
  const request = (key: KeyLimits) => {
    key.begin(1);
    keys.touch(key);
    key.end();
    keys.forgetIfIdle(key);
  };
  return { keys, request, setTime: (ms: number) => (time = ms) };
}

describe('KeyRegistry', () => {
  it('forgets the key whose last minute has passed first', () => {
    const { keys, request, setTime } = registryOf();
    const [first, second] = [keys.get('a'), keys.get('b')];
    request(second);
    request(first);
    setTime(30_000);
    request(second);
    setTime(59_999);
    expect(() => keys.get('c')).toThrow('More than 2 keys');
    setTime(60_000);
    expect(keys.get('c').name).toBe('c');
    expect(keys.get('b')).toBe(second);
    setTime(90_000);
    expect(keys.get('a')).not.toBe(first);
  });

  it('keeps a key with a queued request, a reserved place or an open request', () => {
    for (const hold of [(key: KeyLimits) => key.reserve(1), (key: KeyLimits) => key.begin(1)]) {
      const { keys, setTime } = registryOf();
      const key = keys.get('a');
      hold(key);
      setTime(60_000);
      keys.forgetIfIdle(key);
      expect(keys.get('a')).toBe(key);
    }
  });

  it('forgets an idle key at once', () => {
    const { keys } = registryOf();
    const key = keys.get('a');
    keys.forgetIfIdle(key);
    expect(keys.get('a')).not.toBe(key);
  });
});
