import type { ToolRun } from '../chunk/annotations.js';
import type { GeminiCitation, GeminiPart, GeminiUsage } from '../chunk/response.js';
import type { GeminiErrorJson } from '../errors/geminiError.js';
import type { ChatState } from './chatState.js';
import { isOpen, type ChatMessage } from './chatMessage.js';

/** A turn in a {@link ChatJson}. @public */
export interface ChatMessageJson {
  /** Its id. */
  readonly id: string;
  /** The speaker. */
  readonly role: ChatMessage['role'];
  /** The end of the turn. */
  readonly status: 'complete' | 'cancelled' | 'failed';
  /** Whether it is only shown. */
  readonly draft: boolean;
  /** The content. */
  readonly parts: readonly GeminiPart[];
  /** The tools that ran. */
  readonly runs: readonly ToolRun[];
  /** The sources that are quoted. */
  readonly citations: readonly GeminiCitation[];
  /** Why the model stopped. */
  readonly finishReason?: string | undefined;
  /** Its token counts. */
  readonly usage?: GeminiUsage | undefined;
  /** Why it failed. */
  readonly error?: GeminiErrorJson | undefined;
}

/** A chat as plain JSON, from `toJSON`, for the option `restore`. @public */
export interface ChatJson {
  /** The version of this format. */
  readonly version: 1;
  /**
   * All turns, parents first, each with the turn that it follows, and whether it is the branch that is selected there.
   */
  readonly turns: readonly (ChatMessageJson & { readonly parent?: string | undefined; readonly selected: boolean })[];
  /** The turns of {@link GeminiChat.unsent$}. */
  readonly unsent: readonly ChatMessageJson[];
  /** The tokens that the chat has used. */
  readonly usage: GeminiUsage;
  /** The number of ids that were given out. */
  readonly lastId: number;
}

/** An exchange that is under way is saved as if it had been cancelled now. */
export function chatToJson(state: ChatState): ChatJson {
  const { tree, unsent, usage, lastId } = state.asCancelled();
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
    unsent: unsent.value.map(toJson),
    usage: usage.value,
    lastId,
  };
}

function toJson(turn: ChatMessage): ChatMessageJson {
  const { id, role, draft, parts, runs, citations, finishReason, usage, error } = turn;
  return {
    id,
    role,
    status: isOpen(turn) ? 'cancelled' : turn.status,
    draft,
    parts,
    runs,
    citations,
    ...(finishReason !== undefined && { finishReason }),
    ...(usage && { usage }),
    ...(error && { error: error.toJSON() }),
  };
}
