import type { ToolRun } from '../chunk/annotations.js';
import { isKind } from '../errors/kinds.js';
import { aCitation, aCost, anInteraction, aPart, aUsage, mediaFields } from './contentValidators.js';
import {
  aBoolean,
  aNumber,
  anObject,
  aString,
  listOf,
  objectOf,
  oneOf,
  optional,
  validator,
  type Validator,
} from './validators.js';

/** Version 0.1 saved runs that had not ended. */
const aRunStatus = oneOf('waiting', 'approving', 'running', 'complete', 'failed', 'denied', 'cancelled');
const aCall = objectOf({ id: optional(aString), name: aString, args: anObject });
const aRun = objectOf({
  call: aCall,
  status: aRunStatus,
  response: optional(anObject),
  parts: optional(listOf(objectOf(mediaFields))),
});
/** Whether a value is a tool run, from a server that may send anything: an ended run has a response. */
export function isToolRun(value: unknown): value is ToolRun {
  if (aRun(value)) return false;
  const { status, response } = value as ToolRun;
  const isOpen = status === 'waiting' || status === 'approving' || status === 'running';
  return isOpen === (response === undefined);
}

/** A number; JSON has `null` for a number that is not finite. */
const aNumberOrNull = validator('a number', (value) => typeof value === 'number' || value === null);
const anError = objectOf({
  kind: validator('a kind of error', isKind),
  message: aString,
  retryable: optional(aBoolean),
  retryAfter: optional(aNumberOrNull),
  status: optional(aNumberOrNull),
  finishReason: optional(aString),
  blockReason: optional(aString),
  limit: optional(oneOf('size', 'depth', 'steps', 'memory')),
});

/** A version of the format: its names, and the fields of a saved chat; relations between messages are not checked. */
export interface ChatFormat {
  /** The field with all messages. */
  readonly list: string;
  /** The noun for a message in a sentence. */
  readonly noun: string;
  readonly validate: Validator;
}

const version1 = chatFormat('turns', 'turn', ['complete', 'cancelled', 'failed']);
const version2 = chatFormat('messages', 'message', ['complete', 'stopped', 'cancelled', 'failed']);

/** The formats by `version`. */
export const chatFormats: ReadonlyMap<unknown, ChatFormat> = new Map([
  [1, version1],
  [2, version2],
]);

/* @__NO_SIDE_EFFECTS__ */
function chatFormat(list: string, noun: string, statuses: readonly string[]): ChatFormat {
  const fields = {
    id: validator('a string that is not empty', (value) => typeof value === 'string' && value !== ''),
    role: oneOf('user', 'model', 'tool'),
    status: oneOf(...statuses),
    draft: aBoolean,
    parts: listOf(aPart),
    runs: listOf(aRun),
    citations: listOf(aCitation),
    finishReason: optional(aString),
    usage: optional(aUsage),
    cost: optional(aCost),
    interaction: optional(anInteraction),
    sentMessages: optional(aNumber),
    error: optional(anError),
  };
  const inTree = objectOf({ ...fields, parent: optional(aString), selected: aBoolean });
  return {
    list,
    noun,
    validate: objectOf({ [list]: listOf(inTree), unsent: listOf(objectOf(fields)), usage: aUsage }),
  };
}
