import { TestBed } from '@angular/core/testing';
import { Subject } from 'rxjs';
import { toSseResponse, type GeminiChunk } from 'rxjs-gemini';
import { chunk, finishChunk } from 'rxjs-gemini/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BoxText } from '../chat/boxText';
import { ChatService } from '../chat/chat.service';
import { ConversationsService } from './conversations.service';

/** A page of its own, as after a reload or in another tab. */
function open() {
  TestBed.resetTestingModule();
  const chat = TestBed.inject(ChatService);
  const conversations = TestBed.inject(ConversationsService);
  conversations.start();
  return { chat, conversations };
}

const prefix = 'marble:conversation:';
const savedKeys = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
const textsOf = (chat: ChatService) => chat.messages().map(({ text, status }) => `${status}: ${text}`);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('ConversationsService', () => {
  let reply$: Subject<GeminiChunk>;
  let fetched: ReturnType<typeof vi.fn>;

  const answer = async (text: string) => {
    await vi.waitUntil(() => reply$.observed);
    reply$.next(chunk(text));
    reply$.next(finishChunk());
    reply$.complete();
    reply$ = new Subject();
    await pass(2_000);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    localStorage.clear();
    sessionStorage.clear();
    reply$ = new Subject();
    fetched = vi.fn(async (_: string, { signal }: RequestInit) => toSseResponse(reply$, signal ? { signal } : {}));
    vi.stubGlobal('fetch', fetched);
  });
  afterEach(() => {
    TestBed.resetTestingModule();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it('restores the branches, and sends nothing by itself', async () => {
    const { chat } = open();
    chat.submit('First');
    await answer('One. ');
    chat.regenerate();
    await answer('Two. ');
    const [, answered] = chat.messages();
    chat.select(chat.branches(answered!.id)[0]!);
    await pass(1_000);

    const { chat: restored } = open();
    expect(textsOf(restored)).toEqual(['complete: First', 'complete: One. ']);
    expect(restored.branches(answered!.id).map(({ text }) => text)).toEqual(['One. ', 'Two. ']);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('restores a reply that was under way as cancelled, with its text', async () => {
    const { chat } = open();
    chat.submit('First');
    await vi.waitUntil(() => reply$.observed);
    reply$.next(chunk('One and '));
    await pass(1_000);
    window.dispatchEvent(new Event('pagehide'));
    expect(textsOf(open().chat)).toEqual(['complete: First', 'cancelled: One and ']);
  });

  it('keeps a value that cannot be read under another key, and says so once', () => {
    localStorage.setItem(`${prefix}one`, '{"chat":{"version":2,"messages":[{"id":7}]}}');
    localStorage.setItem('marble:latest', 'one');
    const { chat, conversations } = open();
    expect(chat.messages()).toEqual([]);
    expect(conversations.notice()?.text).toContain('marble:unreadable:one');
    expect(localStorage.getItem('marble:unreadable:one')).toContain('"id":7');
    expect(open().conversations.notice()).toBeUndefined();
  });

  it('says once that the storage is full, and keeps the conversation on the page', async () => {
    const { chat, conversations } = open();
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('Full', 'QuotaExceededError');
    });
    chat.submit('First');
    await answer('One. ');
    expect(conversations.notice()?.text).toMatch(/cannot save/);
    conversations.dismiss();
    chat.submit('Second');
    await answer('Two. ');
    expect(conversations.notice()).toBeUndefined();
    expect(textsOf(chat).at(-1)).toBe('complete: Two. ');
  });

  it('does not overwrite what another tab has saved: saves a copy, or loads it', async () => {
    const { chat, conversations } = open();
    chat.submit('First');
    await answer('One. ');
    const key = savedKeys()[0]!;
    const other = localStorage.getItem(key)!.replaceAll('First', 'Other');
    localStorage.setItem(key, other);
    window.dispatchEvent(new StorageEvent('storage', { key, newValue: other }));
    expect(conversations.notice()?.canLoad).toBe(true);

    chat.submit('Second');
    await answer('Two. ');
    expect(localStorage.getItem(key)).toBe(other);
    expect(savedKeys()).toHaveLength(2);

    window.dispatchEvent(new StorageEvent('storage', { key: prefix + conversations.id() }));
    conversations.open(key.slice(prefix.length));
    expect(chat.messages()[0]?.text).toBe('Other');
  });

  it('starts another conversation, and deletes one', async () => {
    const { chat, conversations } = open();
    chat.submit('First');
    await answer('One. ');
    const first = conversations.id();
    conversations.openNew();
    expect(chat.messages()).toEqual([]);
    conversations.open(first);
    expect(chat.messages()).toHaveLength(2);
    conversations.remove(first);
    expect(chat.messages()).toEqual([]);
    expect(savedKeys()).toEqual([]);
  });

  it('puts words that were not sent back into the box, and keeps its text', () => {
    const unsent = { role: 'user', status: 'cancelled', draft: false, runs: [], citations: [] };
    const saved = {
      title: '',
      savedAt: 0,
      chat: {
        version: 2,
        messages: [],
        unsent: [{ ...unsent, id: 'message-1', parts: [{ text: 'Not sent' }] }],
        usage: {},
        lastId: 1,
      },
    };
    localStorage.setItem(`${prefix}one`, JSON.stringify(saved));
    localStorage.setItem('marble:latest', 'one');
    sessionStorage.setItem('marble:draft', 'and half');
    const { chat } = open();
    const { text } = TestBed.inject(BoxText);
    TestBed.tick();
    expect(text()).toBe('Not sent\n\nand half');
    expect(chat.unsent()).toEqual([]);
    TestBed.tick();
    expect(sessionStorage.getItem('marble:draft')).toBe('Not sent\n\nand half');
  });
});
