import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { GeminiError, type ReplyState, type ToolRun } from 'rxjs-gemini';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Reply } from './reply';
import type { ShownReply } from './shownReply';

const empty: ShownReply = { status: 'waiting', text: '', thoughts: '', runs: [] };
const request = (fields: Partial<ReplyState>) =>
  ({ status: 'waiting', reply: { text: '', chunks: 0 }, ...fields }) as ReplyState;

describe('Reply', () => {
  let fixture: ComponentFixture<Reply>;

  const show = (fields: Partial<ShownReply>) => {
    fixture.componentRef.setInput('reply', { ...empty, ...fields });
    fixture.detectChanges();
    // The countdowns begin with an effect of the first rendering.
    fixture.detectChanges();
  };
  const find = <T extends Element = HTMLElement>(selector: string) =>
    (fixture.nativeElement as HTMLElement).querySelector<T>(selector);
  const textOf = (selector: string) => find(selector)?.textContent.trim().replace(/\s+/g, ' ');

  beforeEach(() => {
    vi.useFakeTimers();
    fixture = TestBed.createComponent(Reply);
    fixture.componentRef.setInput('canRetry', true);
  });
  afterEach(() => {
    fixture.destroy();
    vi.useRealTimers();
  });

  it('opens the thoughts while there is no text, and folds them then', () => {
    show({ status: 'streaming', thoughts: 'Let me **thi' });
    const thoughts = find<HTMLDetailsElement>('.thoughts')!;
    expect(thoughts.open).toBe(true);
    expect(thoughts.querySelector('strong')?.textContent).toBe('thi');
    show({ status: 'streaming', thoughts: 'Let me **think**', text: 'Blue' });
    expect(thoughts.open).toBe(false);
    expect(textOf('.text')).toBe('Blue');
  });

  it('shows each call of a tool with its state, arguments and result', () => {
    const call = { name: 'weather', args: { city: 'Oslo' } };
    const runs: ToolRun[] = [
      { call, status: 'running', progress: 'Asking' },
      { call, status: 'complete', response: { celsius: 7 } },
      { call, status: 'failed', response: { error: 'No network' } },
    ];
    show({ status: 'streaming', runs });
    const tools = [...(fixture.nativeElement as HTMLElement).querySelectorAll<HTMLElement>('.tool')];
    expect(tools.map(({ dataset }) => dataset['state'])).toEqual(['running', 'done', 'failed']);
    expect(tools[0]?.textContent).toContain('Asking');
    expect(tools[0]?.textContent).toContain('"city": "Oslo"');
    expect(tools[1]?.textContent).toContain('"celsius": 7');
    expect(tools[2]?.textContent).toContain('No network');
  });

  it.each<[string, Partial<ShownReply>, string | undefined]>([
    ['an empty answer', { status: 'complete', finishReason: 'STOP' }, 'The answer is empty.'],
    [
      'the length limit',
      { status: 'complete', text: 'Half', finishReason: 'MAX_TOKENS' },
      'The answer reached its length limit (MAX_TOKENS).',
    ],
    ['another end', { status: 'complete', text: 'Half', finishReason: 'NEW' }, 'The answer was cut off (NEW).'],
    ['a stop by the person', { status: 'cancelled', text: 'Half' }, 'Stopped.'],
    ['a whole answer', { status: 'complete', text: 'All', finishReason: 'STOP' }, undefined],
  ])('notes %s', (_, fields, note) => {
    show(fields);
    expect(textOf('.note')).toBe(note);
  });

  it.each<[string, Partial<ShownReply>]>([
    ['cancelled', { status: 'cancelled' }],
    ['failed', { status: 'failed', error: new GeminiError('Broken', { kind: 'network' }) as never }],
    ['too long', { status: 'complete', finishReason: 'MAX_TOKENS' }],
  ])('shows no raw markup of an answer that was %s', (_, fields) => {
    show({ ...fields, text: 'This is **bo' });
    expect(textOf('.text')).toBe('This is bo');
  });

  it('counts the seconds without new text from the third on', () => {
    show({});
    vi.advanceTimersByTime(2_999);
    fixture.detectChanges();
    expect(find('.wait')).toBeNull();
    vi.advanceTimersByTime(2_001);
    fixture.detectChanges();
    expect(textOf('.wait')).toBe('No text for 5 s');
    show({ status: 'streaming', text: 'Blue' });
    expect(find('.wait')).toBeNull();
  });

  it('tells the place in the queue, the next request and a resumption, and no silence beside the first two', () => {
    show({ request: request({ queued: { position: 3 } }) });
    vi.advanceTimersByTime(5_000);
    fixture.detectChanges();
    expect(textOf('app-wait')).toBe('Place 3 in the queue');
    show({ request: request({ retrying: { attempt: 1, delay: 4_000, kind: 'overloaded' } }) });
    vi.advanceTimersByTime(0);
    fixture.detectChanges();
    expect(textOf('app-wait')).toBe('Trying again in 4 s (overloaded)');
    const resumed = { attempt: 1, kind: 'network' } as const;
    show({ status: 'streaming', text: 'a', request: request({ reply: { text: 'a', chunks: 2, resumed } }) });
    expect(textOf('app-wait')).toBe('The connection broke; the reply goes on');
  });

  it('offers another request only where it may help', () => {
    const asked = vi.fn();
    fixture.componentInstance.retry.subscribe(asked);
    show({ status: 'failed', error: new GeminiError('Stopped for safety', { kind: 'safety' }) as never });
    expect(find('.failure button')).toBeNull();
    show({ status: 'failed', error: new GeminiError('Too busy', { kind: 'overloaded' }) as never });
    expect(textOf('.failure code')).toBe('overloaded');
    find<HTMLButtonElement>('.failure button')?.click();
    expect(asked).toHaveBeenCalledOnce();
  });
});
