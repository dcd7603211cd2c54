import { tap, type MonoTypeOperatorFunction } from 'rxjs';
import { isGeminiError } from 'rxjs-gemini';

/** The chunks as the model sends them, and the values that the view gets. */
export type Row = 'raw' | 'output';

/** A mark in a row. */
export type Mark =
  | { readonly type: 'subscribe' }
  | {
      readonly type: 'text';
      /** Its position in the reply. */
      readonly at: number;
      readonly text: string;
    }
  | { readonly type: 'error'; readonly label: string }
  | { readonly type: 'complete' }
  | { readonly type: 'cancelled' }
  /** The other side was left: unsubscribed. */
  | { readonly type: 'leave' };

/** A text at a position in the reply; absent for other marks. */
export function textMark(at: number, text: string): readonly Mark[] {
  return text === '' ? [] : [{ type: 'text', at, text }];
}

/** Tells of all that passes; `marksOf` returns the marks of a value. */
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
