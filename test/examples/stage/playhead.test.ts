import { beforeEach, describe, expect, it } from 'vitest';
import { Playhead } from '../../../examples/playground/src/stage/playhead.js';

let clock = 1000;
let playhead: Playhead;

beforeEach(() => {
  clock = 1000;
  playhead = new Playhead(() => clock);
});

describe('Playhead', () => {
  it('waits at the beginning for the first event', () => {
    clock += 500;
    expect(playhead.time).toBe(0);
  });

  it('runs with the clock, from when the run began', () => {
    playhead.hear(0);
    clock += 100;
    expect(playhead.time).toBe(100);
    // The next one took a shorter way.
    playhead.hear(130);
    clock += 20;
    expect(playhead.time).toBe(150);
    playhead.hear(100);
    expect(playhead.time).toBe(150);
  });

  it('jumps to events that are ahead of the clock', () => {
    playhead.hear(0);
    playhead.hear(7000);
    expect(playhead.time).toBe(7000);
  });

  it('holds a time while the run goes on, and plays on from there until the present', () => {
    playhead.hear(0);
    clock += 300;
    playhead.pause();
    clock += 700;
    expect([playhead.time, playhead.now, playhead.isMoving]).toEqual([300, 1000, false]);
    playhead.play();
    clock += 100;
    expect([playhead.time, playhead.isMoving, playhead.isLive]).toEqual([400, true, false]);
    playhead.goLive();
    expect([playhead.time, playhead.isLive]).toEqual([1100, true]);
  });

  it('catches up with a run that ends, and stops there', () => {
    playhead.hear(0);
    playhead.hear(900);
    playhead.seek(500);
    playhead.end(900);
    playhead.play();
    clock += 399;
    expect([playhead.time, playhead.isMoving]).toEqual([899, true]);
    clock += 5000;
    expect([playhead.time, playhead.isMoving]).toEqual([900, false]);
  });

  it('plays a run that is over from its beginning', () => {
    playhead.hear(900);
    playhead.end(900);
    expect(playhead.isMoving).toBe(false);
    playhead.play();
    clock += 10;
    expect(playhead.time).toBe(10);
  });

  it('never shows a time outside of the run', () => {
    playhead.hear(900);
    playhead.seek(-5);
    expect(playhead.time).toBe(0);
    playhead.seek(9999);
    playhead.end(900);
    expect(playhead.time).toBe(900);
  });
});
