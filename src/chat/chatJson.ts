import type { ToolRun } from '../chunk/annotations.js';
import type { Citation, Part, UsageMetadata } from '../chunk/wire.js';
import { errorFromJson } from '../errors/errorFromJson.js';
import type { GeminiErrorJson } from '../errors/geminiError.js';
import { typeError } from '../internal/assertions.js';
import type { ChatState } from './chatState.js';
import { turnOf, type Turn } from './turn.js';

/** A turn in a {@link ChatJson}. @public */
export interface TurnJson {
  /** Its id. */
  readonly id: string;
  /** Who speaks. */
  readonly role: Turn['role'];
  /** How it ended. */
  readonly status: 'complete' | 'cancelled' | 'failed';
  /** Whether it is only shown. */
  readonly draft: boolean;
  /** What is said. */
  readonly parts: readonly Part[];
  /** The tools that ran, without their progress. */
  readonly runs: readonly ToolRun[];
  /** The sources that are quoted. */
  readonly citations: readonly Citation[];
  /** Why the model stopped. */
  readonly finishReason?: string | undefined;
  /** Its token counts. */
  readonly usage?: UsageMetadata | undefined;
  /** Why it failed. */
  readonly error?: GeminiErrorJson | undefined;
}

/** A chat as plain JSON, from `toJSON`, for the option `restore`. @public */
export interface ChatJson {
  /** The version of this format. */
  readonly version: 1;
  /** All turns, parents first: which turn each follows, and whether it is the branch that is selected there. */
  readonly turns: readonly (TurnJson & { readonly parent?: string | undefined; readonly selected: boolean })[];
  /** The user's turns that were taken back. */
  readonly unsent: readonly TurnJson[];
  /** What the chat has used. */
  readonly usage: UsageMetadata;
  /** How many ids were given out. */
  readonly lastId: number;
}

/** What is under way is saved as cancelled, and what waits as unsent. */
export function chatToJson({ tree, unsent, waiting, usage, lastId }: ChatState): ChatJson {
  return {
    version: 1,
    turns: tree.all.map((turn) => {
      const parent = tree.parentOf(turn.id);
      return {
        ...toJson(turn),
        ...(parent !== undefined && { parent }),
        selected: tree.selectedAt(parent) === turn.id,
      };
    }),
    unsent: [...unsent.value, ...waiting].map(toJson),
    usage: usage.value,
    lastId,
  };
}

/** @throws TypeError - If `json` is not what `toJSON` gave. */
export function restoreChat(state: ChatState, json: ChatJson): void {
  if (!isChatJson(json)) throw typeError('restore', 'what `toJSON` of a chat gave, version 1', json);
  for (const { parent, selected, ...turn } of json.turns) {
    state.tree.add(fromJson(turn), parent);
    if (selected) state.tree.selectAt(parent, turn.id);
  }
  for (const turn of json.unsent) state.keepUnsent(fromJson(turn));
  state.count(json.usage);
  state.startIds(json.lastId);
}

function toJson({ id, role, status, draft, parts, runs, citations, finishReason, usage, error }: Turn): TurnJson {
  const isOpen = status === 'pending' || status === 'streaming';
  return {
    id,
    role,
    status: isOpen ? 'cancelled' : status,
    draft: draft || (isOpen && role === 'model'),
    parts,
    runs: runs.map(({ progress: _, ...run }) => run),
    citations,
    ...(finishReason !== undefined && { finishReason }),
    ...(usage && { usage }),
    ...(error && { error: error.toJSON() }),
  };
}

function fromJson({ id, role, status, parts, error, ...rest }: TurnJson): Turn {
  return { ...turnOf(id, role, parts, status), ...rest, error: error && errorFromJson(error) };
}

function isChatJson(json: unknown): json is ChatJson {
  const { version, turns, unsent } = (json ?? {}) as Partial<ChatJson>;
  return version === 1 && Array.isArray(turns) && Array.isArray(unsent);
}
