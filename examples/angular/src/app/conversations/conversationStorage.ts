import { Injectable } from '@angular/core';
import { filter, fromEvent, map, type Observable } from 'rxjs';
import type { ChatJson } from 'rxjs-gemini';

/** A conversation, as it is saved. */
export interface SavedConversation {
  readonly title: string;
  /** In ms since 1970. */
  readonly savedAt: number;
  readonly chat: ChatJson;
}

const prefix = 'marble:conversation:';
const asidePrefix = 'marble:unreadable:';
/** The conversation that was saved last, by any tab. */
const latestKey = 'marble:latest';
/** Of this tab alone: the conversation that it shows, and the text in its box. */
const openKey = 'marble:open';
const draftKey = 'marble:draft';

/**
 * The conversations in this browser: `localStorage`, with a key for each of them, so that tabs with different ones do not
 * touch each other's. A browser that refuses its storage throws.
 */
@Injectable({ providedIn: 'root' })
export class ConversationStorage {
  /** The ids of the conversations that other tabs have changed or removed. */
  readonly changes$: Observable<string> = fromEvent<StorageEvent>(window, 'storage').pipe(
    map(({ key }) => key ?? ''),
    filter((key) => key.startsWith(prefix)),
    map((key) => key.slice(prefix.length)),
  );

  /** The id of the conversation to show: that of this tab before a reload, or else the newest. */
  get current(): string | undefined {
    return sessionStorage.getItem(openKey) ?? localStorage.getItem(latestKey) ?? undefined;
  }

  set current(id: string) {
    sessionStorage.setItem(openKey, id);
  }

  get draft(): string {
    return sessionStorage.getItem(draftKey) ?? '';
  }

  set draft(text: string) {
    sessionStorage.setItem(draftKey, text);
  }

  /** Reads a conversation; undefined if there is none. @throws Error - If it is not one. */
  read(id: string): SavedConversation | undefined {
    const text = localStorage.getItem(prefix + id);
    if (text === null) return undefined;
    const saved = JSON.parse(text) as Partial<SavedConversation> | null;
    if (!saved?.chat) throw new TypeError('It has no chat');
    return { title: String(saved.title), savedAt: Number(saved.savedAt), chat: saved.chat };
  }

  /** @throws DOMException - If the storage is full. */
  write(id: string, conversation: SavedConversation): void {
    localStorage.setItem(prefix + id, JSON.stringify(conversation));
    localStorage.setItem(latestKey, id);
  }

  remove(id: string): void {
    localStorage.removeItem(prefix + id);
  }

  /** Keeps a value that cannot be read under another key, which it returns. */
  setAside(id: string): string {
    const text = localStorage.getItem(prefix + id);
    this.remove(id);
    localStorage.setItem(asidePrefix + id, text ?? '');
    return asidePrefix + id;
  }

  /** The conversations that can be read, newest first. */
  list(): (SavedConversation & { readonly id: string })[] {
    const ids = Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
    return ids.flatMap((id) => this.#listed(id)).sort((a, b) => b.savedAt - a.savedAt);
  }

  #listed(id: string) {
    try {
      const saved = this.read(id);
      return saved ? [{ id, ...saved }] : [];
    } catch {
      // It is set aside once it is opened.
      return [];
    }
  }
}
