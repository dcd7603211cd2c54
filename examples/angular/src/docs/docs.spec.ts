import { HttpXsrfTokenExtractor } from '@angular/common/http';
import type { Type } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { lastValueFrom } from 'rxjs';
import { answerContents, fromGemini, GeminiError, publicError, readChatRequest, toSseResponse } from 'rxjs-gemini';
import { fakeGemini, type FakeGemini } from 'rxjs-gemini/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Answer } from './answer';
import { ACCESS_TOKEN, AuthorizedChatService } from './authorizedChat.service';
import { Conversation } from './conversation';
import { App } from './start/app';

/** The text of the page, with the one of Send and Stop that can be pressed. */
function text({ nativeElement }: ComponentFixture<unknown>): string {
  const copy = (nativeElement as HTMLElement).cloneNode(true) as HTMLElement;
  for (const button of copy.querySelectorAll('button:disabled')) {
    if (['Send', 'Stop'].includes(button.textContent.trim())) button.remove();
  }
  return copy.textContent.replace(/\s+/g, ' ').trim();
}

const find = <T extends HTMLElement>({ nativeElement }: ComponentFixture<unknown>, selector: string) =>
  (nativeElement as HTMLElement).querySelector<T>(selector);

function click(fixture: ComponentFixture<unknown>, name: string): void {
  const buttons = [...(fixture.nativeElement as HTMLElement).querySelectorAll('button')];
  const button = buttons.find(({ textContent }) => textContent.trim() === name);
  if (!button) throw new Error(`There is no button ${name}: ${text(fixture)}`);
  button.click();
}

/** Sends a message from the page. */
async function send(fixture: ComponentFixture<unknown>, message: string): Promise<void> {
  await fixture.whenStable();
  find<HTMLInputElement>(fixture, 'input, textarea')!.value = message;
  click(fixture, 'Send');
}

function show(component: Type<unknown>, ai: FakeGemini): ComponentFixture<unknown> {
  // The server of the page, over a fake model.
  vi.stubGlobal('fetch', async (_: string, { body, signal }: RequestInit) => {
    const reply$ = answerContents(ai, { ...readChatRequest(String(body)), model: 'any' });
    return toSseResponse(reply$, signal ? { signal } : {});
  });
  return TestBed.createComponent(component);
}

const busy = new GeminiError('Secret', { kind: 'overloaded' });

afterEach(() => vi.unstubAllGlobals());

describe('the chat of docs/start.md', () => {
  it('shows a reply, and the failure of another', async () => {
    const fixture = show(App, fakeGemini(['Blue light.', { error: busy }]));
    await send(fixture, 'Why?');
    await vi.waitFor(() => expect(text(fixture)).toBe('user: Why? model: Blue light. Send'));
    expect(find<HTMLInputElement>(fixture, 'input')!.value).toBe('');
    await send(fixture, 'And now?');
    await vi.waitFor(() => expect(find(fixture, '[role=alert]')?.textContent).toBe(publicError(busy).message));
  });

  it('tries a failed answer again, without its old failure meanwhile', async () => {
    const ai = fakeGemini([{ error: busy }, { text: 'Blue light.', firstDelay: 200 }]);
    const fixture = show(App, ai);
    await send(fixture, 'Why?');
    await vi.waitFor(() => click(fixture, 'Try again'));
    await vi.waitFor(() => expect(text(fixture)).toBe('user: Why? model: Stop'));
    await vi.waitFor(() => expect(text(fixture)).toBe('user: Why? model: Blue light. Send'));
    expect(ai.calls).toHaveLength(2);
  });

  it('sends with Enter, but nothing empty and nothing while it is answered', async () => {
    const ai = fakeGemini([{ text: 'It was a dark night', stallAfter: { chunks: 2 } }]);
    const fixture = show(App, ai);
    await fixture.whenStable();
    const box = find<HTMLInputElement>(fixture, 'input')!;
    // A browser submits the form on Enter.
    const enter = (value: string) => {
      box.value = value;
      return box.form!.dispatchEvent(new Event('submit', { cancelable: true }));
    };
    expect(enter('  ')).toBe(false);
    expect(enter('A story')).toBe(false);
    await vi.waitFor(() => expect(text(fixture)).toMatch(/^user: A story model: It was .*Stop$/));
    enter('Another');
    expect(box.value).toBe('Another');
    click(fixture, 'Stop');
    await vi.waitFor(() => expect(text(fixture)).toMatch(/^user: A story model: It was \S* ?Send$/));
    expect(ai.calls).toHaveLength(1);
  });

  it('closes the request when the component is destroyed', async () => {
    const ai = fakeGemini([{ text: 'It was a dark night', stallAfter: { chunks: 2 } }]);
    const fixture = show(App, ai);
    await send(fixture, 'A story');
    await vi.waitFor(() => expect(text(fixture)).toContain('It was'));
    fixture.destroy();
    await vi.waitFor(() => expect(ai.calls[0]?.aborted).toBe(true));
  });

  it('stops, closes the request and keeps the text', async () => {
    const ai = fakeGemini([{ text: 'It was a dark night', stallAfter: { chunks: 2 } }]);
    const fixture = show(App, ai);
    await send(fixture, 'A story');
    await vi.waitFor(() => expect(text(fixture)).toMatch(/model: It was .*Stop$/));
    click(fixture, 'Stop');
    await vi.waitFor(() => expect(text(fixture)).toMatch(/model: It was .*Send$/));
    await vi.waitFor(() => expect(ai.calls[0]?.aborted).toBe(true));
  });
});

describe('the conversation of docs/frameworks.md', () => {
  it('answers again and shows the branches', async () => {
    const fixture = show(Conversation, fakeGemini(['One.', 'Two.', 'Three.']));
    await fixture.whenStable();
    expect(text(fixture)).toBe('Send');
    await send(fixture, 'First');
    await vi.waitFor(() => expect(text(fixture)).toContain('One.'));
    await vi.waitFor(() => click(fixture, 'Ask again'));
    await vi.waitFor(() => expect(text(fixture)).toMatch(/Two\. 1 2/));
    click(fixture, '1');
    await vi.waitFor(() => expect(text(fixture)).toMatch(/One\. 1 2/));
    const box = find<HTMLTextAreaElement>(fixture, 'textarea')!;
    box.value = ' ';
    click(fixture, 'Replace');
    box.value = 'Instead';
    click(fixture, 'Replace');
    await vi.waitFor(() => expect(text(fixture)).toMatch(/^Instead 1 2 Replace\s?Three\./));
  });

  it('closes the request when the component is destroyed', async () => {
    const ai = fakeGemini([{ text: 'It was a dark night', stallAfter: { chunks: 2 } }]);
    const fixture = show(Conversation, ai);
    await send(fixture, 'A story');
    await vi.waitFor(() => expect(text(fixture)).toContain('It was'));
    fixture.destroy();
    await vi.waitFor(() => expect(ai.calls[0]?.aborted).toBe(true));
  });
});

describe('the answer of docs/frameworks.md', () => {
  it('shows the phases of a reply, a failure, and another try', async () => {
    const ai = fakeGemini([{ firstDelay: 200, error: busy }, 'Blue light.']);
    vi.stubGlobal('fetch', async (_: string, { body }: RequestInit) => {
      const { prompt } = JSON.parse(String(body)) as { prompt: string };
      return toSseResponse(fromGemini(ai, { model: 'any', contents: prompt }));
    });
    const fixture = TestBed.createComponent(Answer);
    fixture.componentRef.setInput('question', 'Why?');
    await vi.waitFor(() => expect(text(fixture)).toContain('thinking'));
    await vi.waitFor(() => expect(find(fixture, '[role=alert]')?.textContent).toBe(publicError(busy).message));
    click(fixture, 'Try again');
    await vi.waitFor(() => expect(text(fixture)).toBe('Blue light.'));
    expect(ai.calls.map(({ params }) => params.contents)).toEqual(['Why?', 'Why?']);
  });
});

describe('the chat with a token of docs/frameworks.md', () => {
  it('asks for the headers of each request', async () => {
    const ai = fakeGemini(['One.', 'Two.']);
    const sent: Headers[] = [];
    vi.stubGlobal('fetch', async (_: string, { body, headers }: RequestInit) => {
      sent.push(new Headers(headers));
      return toSseResponse(answerContents(ai, { ...readChatRequest(String(body)), model: 'any' }));
    });
    let count = 0;
    TestBed.configureTestingModule({
      providers: [
        { provide: HttpXsrfTokenExtractor, useValue: { getToken: () => 'seven' } },
        { provide: ACCESS_TOKEN, useValue: async () => String(++count) },
      ],
    });
    const { chat } = TestBed.inject(AuthorizedChatService);
    await lastValueFrom(chat.send('Hi'));
    await lastValueFrom(chat.send('And?'));
    expect(sent.map((headers) => [headers.get('Authorization'), headers.get('X-XSRF-TOKEN')])).toEqual([
      ['Bearer 1', 'seven'],
      ['Bearer 2', 'seven'],
    ]);
  });
});
