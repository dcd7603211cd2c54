import type { ToolRun } from '../chunk/annotations.js';
import { isObject } from '../rx/isObject.js';
import { errorFromJson } from '../errors/errorFromJson.js';
import { typeError } from '../rx/assertions.js';
import type { ChatJson, ChatMessageJson } from './chatJson.js';
import type { ChatState } from './chatState.js';
import { assertJson } from './jsonCopy.js';
import { aChat } from './chatJsonValidators.js';
import { assertValid, flawError } from './validators.js';
import { endedRun, responsePart } from './toolRuns.js';
import { createMessage, type ChatMessage } from './chatMessage.js';

/**
 * Fills an empty state with a saved chat, in time linear in its size.
 *
 * @throws TypeError - If `json` is not what `toJSON` can have produced; it names the place.
 */
export function restoreChat(state: ChatState, json: ChatJson): void {
  const { turns, unsent, usage, lastId } = checkedChat(json);
  const ids = new Set<string>();
  const selected = new Set<string | undefined>();

  for (const [index, turn] of turns.entries()) {
    const place = `restore.turns[${index}]`;
    const { parent, id } = turn;
    const isEarlier = parent === undefined || ids.has(parent);
    if (!isEarlier) throw wrongId(`${place}.parent`, 'the id of an earlier turn', parent);
    state.tree.add(turnFrom(turn, place, ids), parent);
    if (!turn.selected) continue;
    if (selected.has(parent)) throw typeError(`${place}.selected`, 'false: a branch is selected there already', true);
    selected.add(parent);
    state.tree.selectAt(parent, id);
  }
  const kept = unsent.map((turn, index) => {
    const place = `restore.unsent[${index}]`;
    if (turn.role === 'model') throw typeError(`${place}.role`, "'user' or 'tool'", turn.role);
    return turnFrom(turn, place, ids);
  });

  const highest = Math.max(ids.size, highestOf(ids));
  if (!Number.isSafeInteger(lastId) || lastId < highest) {
    const expected = `a whole number of at least ${highest}, so that no id is used twice`;
    throw flawError('restore', { place: '.lastId', expected, value: lastId });
  }
  state.keepUnsent(kept);
  state.count(usage);
  state.startIds(lastId);
}

function checkedChat(json: unknown): ChatJson {
  if (!isObject(json) || json['version'] !== 1) {
    throw flawError('restore', { place: '', expected: 'what `toJSON` of a chat gave, version 1', value: json });
  }
  assertValid('restore', json, aChat);
  assertJson('`restore.usage`', json['usage']);
  return json as unknown as ChatJson;
}

/** Only the fields that are known: text, thoughts and calls follow from the parts. */
function turnFrom(json: ChatMessageJson, place: string, ids: Set<string>): ChatMessage {
  const { id, role, status, draft, parts, citations, finishReason, usage } = json;
  if (ids.has(id)) throw wrongId(`${place}.id`, 'an id that no other turn has', id);
  ids.add(id);
  // One at a time, so that no copy of a long chat is made.
  assertJson(`\`${place}\``, json);
  const runs = runsOf(json, place);
  const turn = createMessage(id, role, runs.length > 0 ? runs.map(endedRun).map(responsePart) : parts, 'complete');
  const error = errorOf(json, place);
  const restored = { ...turn, draft, runs, citations, finishReason, usage };
  if (status === 'failed' && error) return { ...restored, status, error };
  return status === 'cancelled'
    ? { ...restored, status, error }
    : { ...restored, status: 'complete', error: undefined };
}

function runsOf({ role, runs }: ChatMessageJson, place: string): readonly ToolRun[] {
  if (role !== 'tool' && runs.length > 0) throw typeError(`${place}.runs`, "empty, as the role is not 'tool'", runs);
  return runs.map((run: ToolRun, index) => {
    const { call, status, response, parts } = run;
    const isEnded = status !== 'waiting' && status !== 'approving' && status !== 'running';
    if (!isEnded) return endedRun({ call, status });
    if (response) return { call, status, response, ...(parts && { parts }) };
    throw typeError(`${place}.runs[${index}].response`, 'an object', response);
  });
}

function errorOf({ status, error }: ChatMessageJson, place: string) {
  const isRight = status === 'failed' ? error : status === 'cancelled' || !error;
  if (!isRight) throw typeError(`${place}.error`, status === 'failed' ? 'an error' : 'absent', error);
  return error && errorFromJson(error);
}

function wrongId(place: string, expected: string, value: string): TypeError {
  return flawError(place, { place: '', expected, value, isName: true });
}

function highestOf(ids: Iterable<string>): number {
  let highest = 0;
  for (const id of ids) highest = Math.max(highest, Number(/^turn-(\d+)$/.exec(id)?.[1] ?? 0));
  return highest;
}
