import { effect, inject, Injectable, signal, untracked } from '@angular/core';
import { ConversationStorage } from '../conversations/conversationStorage';
import { ChatService } from './chat.service';

/** The text in the box: it survives a reload, and words that were not sent come back into it. */
@Injectable({ providedIn: 'root' })
export class BoxText {
  readonly text = signal('');

  constructor() {
    const chat = inject(ChatService);
    const storage = inject(ConversationStorage);
    ignoreFailure(() => this.text.set(storage.draft));
    effect(() => {
      const text = this.text();
      ignoreFailure(() => (storage.draft = text));
    });
    effect(() => {
      const unsent = chat.unsent();
      if (unsent.length === 0) return;
      untracked(() => {
        const texts = [...unsent.map(({ text }) => text), this.text()];
        this.text.set(texts.filter((text) => text !== '').join('\n\n'));
        for (const { id } of unsent) chat.discard(id);
      });
    });
  }
}

/** A browser may refuse its storage: then the text lives as long as the page. */
function ignoreFailure(action: () => void): void {
  try {
    action();
  } catch {
    // Nothing is lost that the person could save otherwise.
  }
}
