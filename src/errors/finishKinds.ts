import type { GeminiErrorKind } from './kinds.js';

/** The kinds of the finish reasons that are failures, with any content before them. */
export const finishKinds: ReadonlyMap<string, GeminiErrorKind> = new Map<string, GeminiErrorKind>([
  ['SAFETY', 'safety'],
  ['BLOCKLIST', 'safety'],
  ['PROHIBITED_CONTENT', 'safety'],
  ['CONTENT_BLOCKED', 'safety'],
  ['SPII', 'safety'],
  ['IMAGE_SAFETY', 'safety'],
  ['IMAGE_PROHIBITED_CONTENT', 'safety'],
  ['MODEL_ARMOR', 'safety'],
  ['ESCALATION', 'safety'],
  ['RECITATION', 'recitation'],
  ['IMAGE_RECITATION', 'recitation'],
  ['MALFORMED_FUNCTION_CALL', 'malformed_call'],
  ['MALFORMED_TOOL_CALL', 'malformed_call'],
  ['UNEXPECTED_TOOL_CALL', 'malformed_call'],
  ['TOO_MANY_TOOL_CALLS', 'malformed_call'],
  ['LANGUAGE', 'invalid_request'],
  ['MISSING_THOUGHT_SIGNATURE', 'invalid_request'],
  ['PUP_LIMITED_DISABLED', 'permission'],
  ['OTHER', 'unknown'],
  ['IMAGE_OTHER', 'unknown'],
  ['NO_IMAGE', 'unknown'],
  ['MALFORMED_RESPONSE', 'unknown'],
]);
