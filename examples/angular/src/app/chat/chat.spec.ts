import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { concatWith, delay, distinctUntilChanged, map, NEVER, of, take, tap, timer, type Observable } from 'rxjs';
import { fromGemini, GeminiError, type GeminiChunk } from 'rxjs-gemini';
import { fakeGemini, finishChunk, marbles, type FakeGemini } from 'rxjs-gemini/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backend, type Question } from '../gemini/backend';
import { Chat } from './chat';
import { Conversation } from './conversation';

function show(ask: (question: Question) => Observable<GeminiChunk>): ComponentFixture<Chat> {
  const backend = { ask, health: () => NEVER };
  TestBed.configureTestingModule({ providers: [provideRouter([]), { provide: Backend, useValue: backend }] });
  const fixture = TestBed.createComponent(Chat);
  fixture.detectChanges();
  return fixture;
}

const page = ({ nativeElement }: ComponentFixture<Chat>) => nativeElement as HTMLElement;

function find<T extends Element>(fixture: ComponentFixture<Chat>, selector: string): T {
  const found = page(fixture).querySelector<T>(selector);
  if (!found) throw new Error(`There is no ${selector}`);
  return found;
}

function type(fixture: ComponentFixture<Chat>, prompt: string): void {
  const box = find<HTMLTextAreaElement>(fixture, 'textarea');
  box.value = prompt;
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
}

const press = (key: string) => document.dispatchEvent(new KeyboardEvent('keydown', { key }));

/** At a moment of virtual time. */
const at = (ms: number, act: () => void) => of(null).pipe(delay(ms), tap(act)).subscribe();

/** The moments when the browser draws, for two seconds. */
const frames = '15ms x '.repeat(125);

/** The status of the reply on the page, read ten times a second of virtual time. */
function looks(fixture: ComponentFixture<Chat>): Observable<string> {
  return timer(0, 100).pipe(
    take(20),
    map(() => {
      fixture.detectChanges();
      const reply = page(fixture).querySelector('app-reply');
      const text = reply?.querySelector('.text')?.textContent.replace('Waiting for the model', '…').trim() ?? '';
      return `${reply?.getAttribute('data-status') ?? 'none'} ${text}`.trim();
    }),
    distinctUntilChanged(),
    concatWith(NEVER),
  );
}

const same = { assertDeepEqual: (actual: unknown, expected: unknown) => expect(actual).toEqual(expected) };

describe('Chat, in virtual time', () => {
  it(
    'shows a reply as it grows',
    marbles((m) => {
      m.animate(frames);
      const reply$ = m.reply('300ms a 299ms b 299ms (f|)', { a: '*Blue* light ', b: 'scatters. ', f: finishChunk() });
      const fixture = show(() => reply$);
      at(150, () => type(fixture, 'Why is the sky blue?'));
      m.expectObservable(looks(fixture)).toBe('n 199ms w 299ms a 299ms b 299ms c', {
        n: 'none',
        w: 'waiting …',
        a: 'streaming Blue',
        b: 'streaming Blue light',
        c: 'complete Blue light scatters.',
      });
    }, same),
  );

  it(
    'closes the request when Escape is pressed, and says so',
    marbles((m) => {
      m.animate(frames);
      const reply$ = m.reply('a---b---c', { a: 'Blue ' });
      const fixture = show(() => reply$);
      at(2, () => type(fixture, 'Why?'));
      at(5, () => press('Escape'));
      at(9, () => {
        fixture.detectChanges();
        expect(find(fixture, '.ending').textContent).toBe('You stopped it');
        expect(find(fixture, '[role=status]').textContent).toBe('The reply was stopped');
      });
      m.expectSubscriptions(reply$.subscriptions).toBe('--^--!');
    }, same),
  );

  it(
    'closes the request when the page is left, and keeps what has come',
    marbles((m) => {
      m.animate(frames);
      const reply$ = m.reply('a 999ms b', { a: 'Blue light ' });
      const fixture = show(() => reply$);
      const conversation = TestBed.inject(Conversation);
      at(2, () => type(fixture, 'Why?'));
      at(102, () => {
        fixture.destroy();
        expect(conversation.turns()).toMatchObject([
          { prompt: 'Why?', state: { status: 'cancelled', reply: { text: 'Blue ' } } },
        ]);
      });
      m.expectSubscriptions(reply$.subscriptions).toBe('--^ 99ms !');
    }, same),
  );

  it(
    'asks nothing while a reply is being written, and nothing that is empty',
    marbles((m) => {
      m.animate('x');
      const reply$ = m.reply('----');
      const ask = vi.fn(() => reply$);
      const fixture = show(ask);
      at(1, () => type(fixture, '  '));
      at(2, () => type(fixture, 'One'));
      at(3, () => type(fixture, 'Two'));
      at(4, () => {
        expect(ask).toHaveBeenCalledTimes(1);
        expect(find<HTMLTextAreaElement>(fixture, 'textarea').value).toBe('Two');
        fixture.destroy();
      });
    }, same),
  );
});

describe('Chat, with a model that is made up', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const showModel = (ai: FakeGemini) =>
    show(({ prompt, history }) =>
      fromGemini(ai, { model: 'any', contents: [...history, { role: 'user', parts: [{ text: prompt }] }] }),
    );

  const pass = async (fixture: ComponentFixture<Chat>, ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    fixture.detectChanges();
  };

  it('shows a failure by its kind, and asks again on demand', async () => {
    const busy = new GeminiError('The model is overloaded', { kind: 'overloaded', retryAfter: 3_000 });
    const ai = fakeGemini([{ error: busy }, { text: 'Here I am', pace: 20 }]);
    const fixture = showModel(ai);
    type(fixture, 'Hello?');
    await pass(fixture, 100);
    expect(find(fixture, '[role=alert] code').textContent).toBe('overloaded');
    expect(find(fixture, '[role=alert] p').textContent).toContain('wait 3 s');

    find<HTMLButtonElement>(fixture, 'article button').click();
    await pass(fixture, 1_000);
    expect(page(fixture).querySelector('[role=alert]')).toBeNull();
    expect(page(fixture).querySelectorAll('article')).toHaveLength(1);
    expect(find(fixture, 'app-reply .text').textContent.trim()).toBe('Here I am');
    expect(ai.calls).toMatchObject([{ finished: false }, { finished: true, aborted: false }]);
  });

  it('tells the model what was said before', async () => {
    const ai = fakeGemini(['One.', 'Two.']);
    const fixture = showModel(ai);
    type(fixture, 'First');
    await pass(fixture, 1_000);
    type(fixture, 'Second');
    await pass(fixture, 1_000);
    expect(ai.calls[1]?.params.contents).toEqual([
      { role: 'user', parts: [{ text: 'First' }] },
      { role: 'model', parts: [{ text: 'One.' }] },
      { role: 'user', parts: [{ text: 'Second' }] },
    ]);
  });

  it('closes the request of a model that has fallen silent when the page is left', async () => {
    const ai = fakeGemini([{ text: 'It was a dark', stallAfter: { chunks: 2 } }]);
    const fixture = showModel(ai);
    type(fixture, 'Tell a story');
    await pass(fixture, 1_000);
    expect(ai.calls[0]?.aborted).toBe(false);
    fixture.destroy();
    await vi.advanceTimersByTimeAsync(0);
    expect(ai.calls[0]?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
