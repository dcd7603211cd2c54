import { isKind } from '../errors/kinds.js';
import {
  aBoolean,
  anObject,
  aString,
  listOf,
  objectOf,
  oneOf,
  optional,
  validator,
  type FieldValidators,
  type Validator,
} from './validators.js';
import { aCitation, aPart, aUsage, ofMedia } from './contentValidators.js';

const aStatus = oneOf('complete', 'cancelled', 'failed');
/** Version 0.1 saved runs that had not ended. */
const aRunStatus = oneOf('waiting', 'approving', 'running', 'complete', 'failed', 'denied', 'cancelled');
const aCall = objectOf({ id: optional(aString), name: aString, args: anObject });
const aRun = objectOf({
  call: aCall,
  status: aRunStatus,
  response: optional(anObject),
  parts: optional(listOf(objectOf(ofMedia))),
});
/** JSON has `null` for a number that is not finite. */
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
const ofTurn: FieldValidators = {
  id: validator('a string that is not empty', (value) => typeof value === 'string' && value !== ''),
  role: oneOf('user', 'model', 'tool'),
  status: aStatus,
  draft: aBoolean,
  parts: listOf(aPart),
  runs: listOf(aRun),
  citations: listOf(aCitation),
  finishReason: optional(aString),
  usage: optional(aUsage),
  error: optional(anError),
};
const aTurn: Validator = objectOf({ ...ofTurn, parent: optional(aString), selected: aBoolean });
/** A saved chat of version 1; the relations between its turns are checked elsewhere. */
export const aChat = objectOf({ turns: listOf(aTurn), unsent: listOf(objectOf(ofTurn)), usage: aUsage });
