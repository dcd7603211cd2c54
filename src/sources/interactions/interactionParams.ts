import { assertOptions, assertString, typeError } from '../../rx/assertions.js';
import { parseCursor } from './interactionCursor.js';
import type { ProgressState } from './interactionProgress.js';
import { assertParams } from '../requestParams.js';

/** The interaction that a source follows instead of starting one. @public */
export interface ExistingInteraction {
  /** The id, from `chunk.interaction`. */
  readonly id: string;
  /** The `cursor` of the last chunk that was read; without it, the interaction is read from its beginning. */
  readonly after?: string | undefined;
}

/** An option of the SDK that the types of some versions lack. @public */
export interface ContinuationOption {
  /**
   * Whether a long reply that the server interrupts is continued in further interactions. @defaultValue true
   */
  readonly automatic_continuation?: boolean | null | undefined;
}

/** The beginning of one subscription: a new interaction, or one that exists. */
export type InteractionStart =
  | { readonly params: CreateParams; readonly id?: undefined }
  | { readonly id: string; readonly after: ProgressState | undefined; readonly params?: undefined };

/** The fields of the SDK's parameters that this library reads. */
export interface CreateParams extends ContinuationOption {
  readonly agent?: unknown;
  readonly agent_config?: unknown;
  readonly api_version?: string | undefined;
  readonly background?: unknown;
  readonly continuation_token?: unknown;
  readonly environment?: unknown;
  readonly input?: unknown;
  readonly store?: unknown;
}

/** @throws TypeError - If the argument is wrong; the result of a function is checked when the function is called. */
export function assertStart(params: unknown): void {
  assertParams(params);
  if (typeof params !== 'function') startOf(params);
}

/**
 * The beginning of one subscription.
 *
 * @throws TypeError - If the argument, or the result of the function, is wrong.
 */
export function startOf(params: unknown): InteractionStart {
  const resolved: unknown = typeof params === 'function' ? (params as () => unknown)() : params;
  assertOptions(resolved, 'params');
  const { id, after, model, agent, stream, ...rest } = resolved as Readonly<Record<string, unknown>>;
  if (stream === false) {
    throw new TypeError('Expected `params` without `stream: false`: the interaction is always streamed');
  }
  const name = id === undefined ? 'after' : 'id';
  if (id === undefined && after === undefined) {
    return { params: { ...rest, ...(model !== undefined && { model }), ...(agent !== undefined && { agent }) } };
  }
  if (model !== undefined || agent !== undefined) {
    const other = model === undefined ? 'agent' : 'model';
    throw new TypeError(
      `Expected either \`${other}\`, which starts an interaction, or \`id\`, which follows one, got \`${other}\` and \`${name}\``,
    );
  }
  assertString('id', id);
  if (id === '') throw typeError('id', 'the id of a stored interaction', id);
  return { id: id as string, after: after === undefined ? undefined : parseCursor(after) };
}
