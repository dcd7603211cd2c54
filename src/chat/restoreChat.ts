import type { ToolRun } from '../chunk/annotations.js';
import { isObject } from '../rx/isObject.js';
import { errorFromJson } from '../errors/parseSavedError.js';
import { typeError } from '../rx/assertions.js';
import type { ChatJson, ChatMessageJson } from './chatJson.js';
import { chatFormats } from './chatJsonValidators.js';
import type { ChatMessage } from './chatMessage.js';
import { messageNumber, type ChatState } from './chatState.js';
import { assertJson } from './jsonCopy.js';
import { createMessage } from './messageFields.js';
import { endedRun, responsePart } from './toolRuns.js';
import { assertValid, flawError } from './validators.js';

/** The highest `lastId`: the ids that follow it are whole numbers that differ, more than any chat gives. */
const maxLastId = 2 ** 52;

/**
 * Fills an empty state with a saved chat of any version, in time linear in its size.
 *
 * @throws TypeError - If `toJSON` cannot have produced `json`; the message names the place.
 */
export function restoreChat(state: ChatState, json: unknown): void {
  const { list, noun, messages, unsent, usage, lastId } = checkedChat(json);
  const ids = new Set<string>();
  const selected = new Set<string | undefined>();

  const restored = (message: ChatMessageJson, place: string): ChatMessage => {
    const { id } = message;
    if (ids.has(id)) throw wrongId(`${place}.id`, `an id that no other ${noun} has`, id);
    ids.add(id);
    return messageFrom(message, place);
  };

  for (const [index, message] of messages.entries()) {
    const place = `restore.${list}[${index}]`;
    const { parent, id } = message;
    const isEarlier = parent === undefined || ids.has(parent);
    if (!isEarlier) throw wrongId(`${place}.parent`, `the id of an earlier ${noun}`, parent);
    state.tree.add(restored(message, place), parent);
    if (!message.selected) continue;
    if (selected.has(parent)) throw typeError(`${place}.selected`, 'false: a branch is selected there already', true);
    selected.add(parent);
    state.tree.selectAt(parent, id);
  }
  const kept = unsent.map((message, index) => {
    const place = `restore.unsent[${index}]`;
    if (message.role === 'model') throw typeError(`${place}.role`, "'user' or 'tool'", message.role);
    return restored(message, place);
  });

  let highest = ids.size;
  for (const id of ids) highest = Math.max(highest, messageNumber(id));
  if (!Number.isSafeInteger(lastId) || lastId < highest || lastId > maxLastId) {
    const range = lastId > maxLastId ? `of at most ${maxLastId}` : `of at least ${highest}`;
    const expected = `a whole number ${range}, so that no id is used twice`;
    throw flawError('restore', { place: '.lastId', expected, value: lastId });
  }
  state.keepUnsent(kept);
  state.countUsage(usage);
  state.continueIds(lastId);
}

type SavedChat = Omit<ChatJson, 'version'> & { readonly list: string; readonly noun: string };

function checkedChat(json: unknown): SavedChat {
  const format = isObject(json) ? chatFormats.get(json['version']) : undefined;
  if (!isObject(json) || !format) {
    throw flawError('restore', { place: '', expected: 'a chat that `toJSON` saved, version 1 or 2', value: json });
  }
  const { list, noun, validate } = format;
  assertValid('restore', json, validate);
  assertJson('`restore.usage`', json['usage']);
  const { unsent, usage, lastId } = json as unknown as ChatJson;
  return { list, noun, messages: json[list] as ChatJson['messages'], unsent, usage, lastId };
}

/** Reads only the known fields; text, thoughts and calls follow from the parts. */
function messageFrom(json: ChatMessageJson, place: string): ChatMessage {
  const { id, role, status, draft, parts, citations, finishReason, usage, cost, interaction, sentMessages } = json;
  // One message at a time, so that no copy of a long chat is made.
  assertJson(`\`${place}\``, json);
  const runs = runsOf(json, place);
  const message = createMessage(id, role, runs.length > 0 ? runs.map(endedRun).map(responsePart) : parts, 'complete');
  const error = errorOf(json, place);
  const restored = {
    ...message,
    draft,
    ...(role === 'tool' && { runs }),
    citations,
    finishReason,
    usage,
    cost,
    interaction,
    sentMessages,
  };
  if (interaction && role !== 'model') throw typeError(`${place}.role`, "'model', as it has an interaction", role);
  if (status === 'failed' && error) return { ...restored, status, error };
  if (status === 'cancelled') return { ...restored, status, error };
  if (status === 'stopped' && role !== 'model') throw typeError(`${place}.role`, "'model', as it is 'stopped'", role);
  return { ...restored, status: status === 'stopped' ? status : 'complete', error: undefined };
}

function runsOf({ role, runs }: ChatMessageJson, place: string): readonly ToolRun[] {
  if (role !== 'tool' && runs.length > 0) throw typeError(`${place}.runs`, "empty, as the role is not 'tool'", runs);
  return runs.map((run: ToolRun, index) => {
    const { call, status, response, parts } = run;
    const isEnded = status !== 'waiting' && status !== 'approving' && status !== 'running';
    if (!isEnded) return endedRun({ call, status });
    if (!isObject(response)) throw typeError(`${place}.runs[${index}].response`, 'an object', response);
    return { call, status, response, ...(parts && { parts }) };
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
