/** A row of the diagram: a lane of marbles with a name. */
export interface Row {
  readonly id: string;
  /** The name that people read, such as "The model" or "Plain SDK". */
  readonly title: string;
  /**
   * - `model`: what the network carries, before any code of ours.
   * - `plain`: a `for await` loop over the SDK, for comparison.
   * - `pipe`: the program of the scene, or a reader of its result; ribbons lead to its text from the model's.
   */
  readonly role: 'model' | 'plain' | 'pipe';
}

/** An event of a run, at a time in ms since the run began. Events come in the order of their times. */
export type RunEvent = { readonly row: string; readonly time: number } & (
  | {
      readonly type: 'subscribe';
      /** The number of the request or subscription in its row, from 1. */
      readonly number: number;
    }
  | {
      readonly type: 'text';
      readonly text: string;
      /** The place of the text in the whole reply, in UTF-16 units: a reply that is resumed goes on where it was. */
      readonly at: number;
    }
  | {
      /** A value that is not text of the reply, as a marble of its own. */
      readonly type: 'value';
      readonly kind: 'thought' | 'toolCall' | 'toolResult' | 'json' | 'sentence' | 'other';
      readonly label: string;
    }
  | {
      /** A wait or a seam, as a sign on the row's line: "place 2", "retry 1 in 1.2 s", "resumed". */
      readonly type: 'notice';
      readonly kind: 'queued' | 'retrying' | 'resumed' | 'fallback';
      readonly label: string;
    }
  | { readonly type: 'error'; readonly kind: string; readonly message: string }
  | { readonly type: 'complete' }
  | { readonly type: 'cancelled'; readonly reason: string }
  /** The row's subscription or connection was closed from our side, silently. */
  | { readonly type: 'unsubscribe' }
);
