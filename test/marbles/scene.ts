/**
 * The sort of a drawn value: a piece of text; another value, such as a state; a notice; a mark that ends a reply from
 * this side; the finish of the model; a small screen with the text so far.
 */
export type LookKind = 'text' | 'value' | 'notice' | 'mark' | 'finish' | 'screen';

/** A value as a picture shows it: the expectations of the marble tests compare looks. */
export interface Look {
  readonly kind: LookKind;
  readonly label: string;
  /** A second, smaller line: an annotation such as a percentage. */
  readonly note?: string;
}

/** A value that was emitted, with its frame in ms. */
export interface SeenValue {
  readonly frame: number;
  readonly look: Look;
}

/** The end of a subscription; `closed` is an unsubscription, which closes a request. */
export type Ending =
  | { readonly frame: number; readonly how: 'complete' | 'closed' }
  | { readonly frame: number; readonly how: 'error'; readonly label: string };

/** One subscription: open until its ending, or for ever. */
export interface Strand {
  readonly start: number;
  readonly values: readonly SeenValue[];
  readonly ending?: Ending;
}

/** `source`: a reply, of which a subscription is a request; `input`: any other source; `result`: a subscriber's view. */
export type RowRole = 'source' | 'input' | 'result';

/** A timeline: a source, of which the subscriptions do not overlap, or a result. */
export interface SceneRow {
  readonly kind: 'row';
  readonly role: RowRole;
  readonly label: string;
  readonly strands: readonly Strand[];
}

/** A call of operators, one string for each line. */
export interface SceneCode {
  readonly kind: 'code';
  readonly lines: readonly string[];
}

/** Everything that happened in the test of a picture, from top to bottom. */
export interface Scene {
  readonly name: string;
  /** A sentence that says the same in words: the alternative text of the picture. */
  readonly alt: string;
  /** Whether the picture has an axis of time. */
  readonly isTimed: boolean;
  /** The least width of the picture, in px. */
  readonly width: number;
  readonly blocks: readonly (SceneRow | SceneCode)[];
}

/** The timelines of a scene, from top to bottom. */
export function rowsOf({ blocks }: Scene): SceneRow[] {
  return blocks.filter((block) => block.kind === 'row');
}
