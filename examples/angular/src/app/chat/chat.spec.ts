import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { NEVER, Subject, type Observable } from 'rxjs';
import { fromGemini, GeminiError, toSseResponse, type ChatRequest, type GeminiChunk } from 'rxjs-gemini';
import { chunk, fakeGemini, finishChunk, type FakeGemini } from 'rxjs-gemini/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RepliesService } from '../backend/replies.service';
import { Chat } from './chat';
import { ChatService } from './chat.service';

/** Shows the page, with a server that answers `/api/chat`. */
function show(answer: (request: ChatRequest) => Observable<GeminiChunk>): ComponentFixture<Chat> {
  vi.stubGlobal('fetch', async (_: string, { body, signal }: RequestInit) =>
    toSseResponse(answer(JSON.parse(String(body)) as ChatRequest), signal ? { signal } : {}),
  );
  const replies = { health: () => NEVER };
  TestBed.configureTestingModule({
    providers: [provideRouter([]), { provide: RepliesService, useValue: replies }],
  });
  const fixture = TestBed.createComponent(Chat);
  fixture.detectChanges();
  return fixture;
}

const showModel = (ai: FakeGemini) => show(({ contents }) => fromGemini(ai, { model: 'any', contents }));

const page = ({ nativeElement }: ComponentFixture<Chat>) => nativeElement as HTMLElement;

function find<T extends Element>(fixture: ComponentFixture<Chat>, selector: string): T {
  const found = page(fixture).querySelector<T>(selector);
  if (!found) throw new Error(`There is no ${selector}`);
  return found;
}

function type(fixture: ComponentFixture<Chat>, prompt: string, key: KeyboardEventInit = {}): void {
  const box = find<HTMLTextAreaElement>(fixture, 'textarea');
  box.value = prompt;
  box.dispatchEvent(new Event('input'));
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ...key }));
}

const press = (key: string) => document.dispatchEvent(new KeyboardEvent('keydown', { key }));

function click(fixture: ComponentFixture<Chat>, name: string): void {
  const buttons = [...page(fixture).querySelectorAll('button')];
  const button = buttons.find((one) => (one.getAttribute('aria-label') ?? one.textContent).trim() === name);
  if (!button) throw new Error(`There is no button ${name}`);
  button.click();
}

const pass = async (fixture: ComponentFixture<Chat>, ms: number) => {
  await vi.advanceTimersByTimeAsync(ms);
  fixture.detectChanges();
};

/** The questions and answers on the page. */
const texts = (fixture: ComponentFixture<Chat>) =>
  [...page(fixture).querySelectorAll('h2 .text, app-reply .text')].map(({ textContent }) =>
    textContent.replace('Waiting for the model', '…').trim(),
  );

/** Waits until the answer stands like this. */
const shows = (fixture: ComponentFixture<Chat>, status: string, text: string) =>
  vi.waitFor(() => {
    fixture.detectChanges();
    expect([find(fixture, 'app-reply').getAttribute('data-status'), texts(fixture).at(-1)]).toEqual([status, text]);
  });

describe('Chat', () => {
  beforeEach(() => {
    sessionStorage.clear();
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('shows a reply as it grows', async () => {
    const reply$ = new Subject<GeminiChunk>();
    const fixture = show(() => reply$);
    expect(texts(fixture)).toEqual([]);
    type(fixture, 'Why is the sky blue?');
    await shows(fixture, 'waiting', '…');
    await vi.waitUntil(() => reply$.observed);
    reply$.next(chunk('*Blue* light '));
    await shows(fixture, 'streaming', 'Blue light');
    expect(find(fixture, '[role=status]').textContent).toBe('The model is answering');
    reply$.next(chunk('scatters.'));
    reply$.next(finishChunk());
    reply$.complete();
    await shows(fixture, 'complete', 'Blue light scatters.');
    expect(texts(fixture)[0]).toBe('Why is the sky blue?');
    expect(find(fixture, '[data-metric=first]').textContent).toMatch(/^\s*\d+ ms/);
  });

  it('closes the request when Escape is pressed, and keeps what has come', async () => {
    const ai = fakeGemini([{ text: 'It was a dark and stormy night', stallAfter: { chunks: 2 } }]);
    const fixture = showModel(ai);
    type(fixture, 'Tell a story');
    await pass(fixture, 1_000);
    expect(ai.calls[0]?.aborted).toBe(false);
    press('Escape');
    await pass(fixture, 100);
    expect(ai.calls[0]?.aborted).toBe(true);
    expect(find(fixture, '.note').textContent).toBe('Stopped.');
    expect(find(fixture, '[role=status]').textContent).toBe('The reply was stopped');
    expect(texts(fixture)[1]).toMatch(/^It was/);
  });

  it('closes the request of a model that has fallen silent when the page is left, and keeps what has come', async () => {
    const ai = fakeGemini([{ text: 'It was a dark', stallAfter: { chunks: 2 } }]);
    const fixture = showModel(ai);
    const chat = TestBed.inject(ChatService);
    type(fixture, 'Tell a story');
    await pass(fixture, 1_000);
    expect(ai.calls[0]?.aborted).toBe(false);
    fixture.destroy();
    await vi.advanceTimersByTimeAsync(100);
    expect(ai.calls[0]?.aborted).toBe(true);
    expect(chat.messages()).toMatchObject([
      { text: 'Tell a story' },
      { status: 'cancelled', text: expect.stringMatching(/^It was/) },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks nothing while a reply is being written, and nothing that is empty', async () => {
    const ai = fakeGemini([{ text: 'One.', firstDelay: 500 }]);
    const fixture = showModel(ai);
    type(fixture, '  ');
    await pass(fixture, 20);
    type(fixture, 'One');
    await pass(fixture, 20);
    type(fixture, 'Two');
    await pass(fixture, 20);
    expect(ai.calls).toHaveLength(1);
    expect(find<HTMLTextAreaElement>(fixture, 'textarea').value).toBe('Two');
    fixture.destroy();
  });

  it('shows a failure by its kind, and asks again on demand', async () => {
    const busy = new GeminiError('The model is overloaded', { kind: 'overloaded', retryAfter: 3_000 });
    const ai = fakeGemini([{ error: busy }, { text: 'Here I am', pace: 20 }]);
    const fixture = showModel(ai);
    type(fixture, 'Hello?');
    await pass(fixture, 100);
    expect(find(fixture, '.failure code').textContent).toBe('overloaded');
    expect(find(fixture, '.failure p').textContent).toContain('wait 3 s');
    expect(find(fixture, '[role=status]').textContent).toMatch(/^The reply failed: The model is overloaded/);

    click(fixture, 'Retry');
    await pass(fixture, 1_000);
    expect(page(fixture).querySelector('.failure')).toBeNull();
    expect(texts(fixture)).toEqual(['Hello?', 'Here I am']);
    expect(ai.calls).toMatchObject([{ finished: false }, { finished: true, aborted: false }]);
  });

  it('counts down to a retry of the server, until content comes', async () => {
    const reply$ = new Subject<GeminiChunk>();
    const fixture = show(() => reply$);
    type(fixture, 'Hello?');
    await pass(fixture, 20);
    reply$.next({ text: '', retrying: { attempt: 1, delay: 2_000, kind: 'overloaded' } });
    await pass(fixture, 20);
    const countdown = () => page(fixture).querySelector('app-retry-countdown')?.textContent;
    expect(countdown()).toBe('Trying again in 2 s');
    await pass(fixture, 1_000);
    expect(countdown()).toBe('Trying again in 1 s');
    await pass(fixture, 1_000);
    expect(countdown()).toBe('Trying again');
    reply$.next(chunk('Here I am. '));
    await pass(fixture, 100);
    expect(countdown()).toBeUndefined();
    fixture.destroy();
  });

  it('sends the history, and after an edit the history before the edited question', async () => {
    const ai = fakeGemini(['One.', 'Two.', 'Three.']);
    const fixture = showModel(ai);
    type(fixture, 'First');
    await pass(fixture, 1_000);
    type(fixture, 'Second');
    await pass(fixture, 1_000);
    const first = [
      { role: 'user', parts: [{ text: 'First' }] },
      { role: 'model', parts: [{ text: 'One.' }] },
    ];
    expect(ai.calls[1]?.params.contents).toEqual([...first, { role: 'user', parts: [{ text: 'Second' }] }]);

    const edits = [...page(fixture).querySelectorAll<HTMLButtonElement>('.own button')];
    edits.at(-1)?.click();
    expect(find<HTMLTextAreaElement>(fixture, 'textarea').value).toBe('Second');
    type(fixture, 'Instead');
    await pass(fixture, 1_000);
    expect(ai.calls[2]?.params.contents).toEqual([...first, { role: 'user', parts: [{ text: 'Instead' }] }]);
    expect(texts(fixture)).toEqual(['First', 'One.', 'Instead', 'Three.']);

    click(fixture, 'Earlier version');
    await pass(fixture, 20);
    expect(texts(fixture)).toEqual(['First', 'One.', 'Second', 'Two.']);
  });

  it('sends nothing while a word is composed, also where only the code of the key says so', async () => {
    const ai = fakeGemini(['One.']);
    const fixture = showModel(ai);
    type(fixture, 'にほん', { isComposing: true });
    type(fixture, 'にほん', { keyCode: 229 });
    type(fixture, 'にほん', { shiftKey: true });
    await pass(fixture, 20);
    expect(ai.calls).toHaveLength(0);
    type(fixture, 'にほん');
    await pass(fixture, 1_000);
    expect(ai.calls).toHaveLength(1);
  });

  it('has Send and Stop at places of their own', async () => {
    const ai = fakeGemini([{ text: 'One.', firstDelay: 500 }]);
    const fixture = showModel(ai);
    const send = find<HTMLButtonElement>(fixture, 'button[type=submit]');
    expect(send.disabled).toBe(true);
    type(fixture, 'One');
    await pass(fixture, 20);
    expect(find(fixture, 'button[type=submit]')).toBe(send);
    expect(send.previousElementSibling?.textContent).toBe('Stop');
    // The second half of a double click.
    send.click();
    await pass(fixture, 2_000);
    expect(ai.calls).toMatchObject([{ finished: true, aborted: false }]);
    expect(send.previousElementSibling?.tagName).toBe('TEXTAREA');
  });

  it('shows that another answer failed, though the old one stays', async () => {
    const busy = new GeminiError('The model is overloaded', { kind: 'overloaded' });
    const ai = fakeGemini(['One.', { error: busy }, 'Two.']);
    const fixture = showModel(ai);
    type(fixture, 'One');
    await pass(fixture, 1_000);
    click(fixture, 'Ask again');
    await pass(fixture, 1_000);
    expect(texts(fixture)).toEqual(['One', 'One.']);
    expect(find(fixture, '.failure code').textContent).toBe('overloaded');
    click(fixture, 'Retry');
    await pass(fixture, 1_000);
    expect(texts(fixture)).toEqual(['One', 'Two.']);
  });

  it('announces a reply in three steps', async () => {
    const reply$ = new Subject<GeminiChunk>();
    const fixture = show(() => reply$);
    const said: string[] = [];
    const observer = new MutationObserver(() => said.push(find(fixture, '[role=status]').textContent));
    observer.observe(find(fixture, '[role=status]'), { childList: true, characterData: true, subtree: true });
    type(fixture, 'One');
    await pass(fixture, 20);
    await vi.waitUntil(() => reply$.observed);
    for (let count = 0; count < 30; count++) {
      reply$.next(chunk('word '));
      await pass(fixture, 50);
    }
    reply$.next(finishChunk());
    reply$.complete();
    await pass(fixture, 1_000);
    expect(said).toEqual(['The model is thinking', 'The model is answering', 'The reply is complete']);
    observer.disconnect();
  });
});
