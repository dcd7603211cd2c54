import type { ChosenValues } from '../scenes/settingValues.ts';

/** A view of the page: a scene with its settings, a route of yours, or a recording of yours. */
export type View =
  | {
      readonly type: 'scene';
      readonly scene: string;
      readonly chosen: ChosenValues;
      readonly code?: string | undefined;
    }
  | { readonly type: 'route'; readonly route: Route; readonly code?: string | undefined }
  | { readonly type: 'recording'; readonly code?: string | undefined };

/** A route of yours that `fromSse` reads. */
export interface Route {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** The JSON of a POST. */
  readonly body: string;
}
