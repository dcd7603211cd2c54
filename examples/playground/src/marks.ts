import { tap, type MonoTypeOperatorFunction } from 'rxjs';
import { isGeminiError } from 'rxjs-gemini';

/** The chunks as the model sends them, and what the view gets. */
export type Row = 'raw' | 'output';

/** What happens in a row. */
export type Mark =
  | { readonly type: 'subscribe' }
  | {
      readonly type: 'text';
      /** Where it stands in the reply. */
      readonly at: number;
      readonly text: string;
    }
  | { readonly type: 'error'; readonly label: string }
  | { readonly type: 'complete' }
  | { readonly type: 'cancelled' }
  /** The other side was left: unsubscribed. */
  | { readonly type: 'leave' };

/** A text at a place in the reply; nothing where there is none. */
export function textMark(at: number, text: string): readonly Mark[] {
  return text === '' ? [] : [{ type: 'text', at, text }];
}

/** Tells of all that passes; `marksOf` says what a value adds. */
export function watch<T>(
  marksOf: (value: T) => readonly Mark[],
  tell: (mark: Mark) => void,
): MonoTypeOperatorFunction<T> {
  return tap({
    subscribe: () => tell({ type: 'subscribe' }),
    next: (value) => {
      for (const mark of marksOf(value)) tell(mark);
    },
    error: (error: unknown) => tell({ type: 'error', label: isGeminiError(error) ? error.kind : 'error' }),
    complete: () => tell({ type: 'complete' }),
    unsubscribe: () => tell({ type: 'leave' }),
  });
}
