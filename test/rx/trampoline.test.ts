import { describe, expect, it } from 'vitest';
import { Trampoline } from '../../src/rx/trampoline.js';

describe('Trampoline', () => {
  it('runs a scheduled step at once, and one scheduled meanwhile after it', () => {
    const trampoline = new Trampoline();
    const calls: string[] = [];
    trampoline.schedule(() => {
      calls.push('a begins');
      trampoline.schedule(() => {
        calls.push('b begins');
        trampoline.schedule(() => calls.push('c'));
        calls.push('b ends');
      });
      calls.push('a ends');
    });
    expect(calls).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c']);
  });

  it('runs a nested step at once, and scheduled ones after the outermost', () => {
    const trampoline = new Trampoline();
    const calls: string[] = [];
    const result = trampoline.run(() => {
      trampoline.schedule(() => calls.push('scheduled'));
      calls.push(trampoline.run(() => 'nested'));
      return 'outer';
    });
    expect(calls).toEqual(['nested', 'scheduled']);
    expect(result).toBe('outer');
  });

  it('drops waiting steps after a throw, and runs later ones', () => {
    const trampoline = new Trampoline();
    const calls: string[] = [];
    const fail = () => {
      trampoline.schedule(() => calls.push('dropped'));
      throw new Error('failed');
    };
    expect(() => trampoline.run(fail)).toThrow('failed');
    trampoline.schedule(() => calls.push('later'));
    expect(calls).toEqual(['later']);
  });
});
