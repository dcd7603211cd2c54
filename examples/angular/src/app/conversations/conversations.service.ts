import { inject, Injectable, signal } from '@angular/core';
import { auditTime, filter, fromEvent, merge, tap } from 'rxjs';
import { ChatService } from '../chat/chat.service';
import { ConversationStorage } from './conversationStorage';

/** The time between two saves of a conversation that changes all the time, in ms. */
const savesEvery = 500;

/** A sentence for the person about what is saved. */
export interface StorageNotice {
  readonly text: string;
  /** Whether the version of the other tab can be loaded. */
  readonly canLoad?: boolean;
}

/**
 * Keeps the conversation in this browser, and restores it. Each has an id of its own, and no tab overwrites what another
 * tab has saved: after a change by another one, this tab saves its own version as a copy.
 */
@Injectable({ providedIn: 'root' })
export class ConversationsService {
  readonly #chat = inject(ChatService);
  readonly #storage = inject(ConversationStorage);
  readonly #notice = signal<StorageNotice | undefined>(undefined);
  readonly #id = signal<string>(crypto.randomUUID());
  /** Whether there are changes that are not saved. */
  #isChanged = false;
  /** Whether another tab has saved its version of this conversation. */
  #isTaken = false;
  #isFullTold = false;

  /** The id of the conversation that is shown. */
  readonly id = this.#id.asReadonly();
  readonly notice = this.#notice.asReadonly();

  /** Restores the conversation of this tab, or else the newest, and saves it from now on. */
  start(): void {
    const id = attempt(() => this.#storage.current);
    if (id !== undefined) this.open(id);
    this.#chat.changes$
      .pipe(
        tap(() => (this.#isChanged = true)),
        auditTime(savesEvery),
      )
      .subscribe(() => this.save());
    const hidden$ = fromEvent(document, 'visibilitychange').pipe(filter(() => document.visibilityState === 'hidden'));
    merge(hidden$, fromEvent(window, 'pagehide')).subscribe(() => this.save());
    this.#storage.changes$.pipe(filter((changed) => changed === this.#id())).subscribe(() => this.#onTaken());
  }

  /** Saves the conversation, if it has changed. A reply that is under way is saved as cancelled, with its text. */
  save(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    if (this.#isTaken) this.#show(crypto.randomUUID());
    const chat = this.#chat.toJSON();
    const first = this.#chat.messages().find(({ role }) => role === 'user')?.text ?? 'Without a question';
    try {
      this.#storage.write(this.#id(), { title: first.slice(0, 200), savedAt: Date.now(), chat });
      this.#isFullTold = false;
    } catch {
      // Again at the next change: there may be room by then.
      if (this.#isFullTold) return;
      this.#isFullTold = true;
      this.#notice.set({
        text: 'This browser cannot save the conversation: its storage is full or switched off. Delete saved conversations in History to make room.',
      });
    }
  }

  /** Shows a saved conversation. A value that cannot be read is kept under another key. */
  open(id: string): void {
    this.save();
    this.#notice.set(undefined);
    try {
      this.#chat.open(this.#storage.read(id)?.chat);
      this.#show(id);
    } catch {
      this.#chat.open();
      this.#show(crypto.randomUUID());
      const key = attempt(() => this.#storage.setAside(id));
      this.#notice.set({
        text: `The saved conversation could not be read, so this is a new one. ${key ? `It is kept in this browser's storage as ${key}.` : ''}`,
      });
    }
  }

  openNew(): void {
    this.open(crypto.randomUUID());
  }

  /** Shows the version that another tab has saved. */
  load(): void {
    // The version of this tab has no changes: those are saved as a copy, which has an id of its own.
    this.open(this.#id());
  }

  remove(id: string): void {
    attempt(() => this.#storage.remove(id));
    if (id !== this.#id()) return;
    this.#isChanged = false;
    this.openNew();
  }

  dismiss(): void {
    this.#notice.set(undefined);
  }

  #show(id: string): void {
    this.#id.set(id);
    this.#isTaken = false;
    attempt(() => (this.#storage.current = id));
  }

  #onTaken(): void {
    this.#isTaken = true;
    if (this.#isChanged || this.#chat.status() !== 'idle') {
      this.#isChanged = true;
      this.save();
      this.#notice.set({ text: 'Another tab has changed this conversation. This tab goes on with a copy of its own.' });
      return;
    }
    this.#notice.set({
      text: 'Another tab has changed this conversation. What you send here is saved as a copy.',
      canLoad: true,
    });
  }
}

/** The result, or nothing in a browser that refuses its storage. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
