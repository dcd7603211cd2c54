import { isValueTooDeep, tooDeepMessage } from '../../errors/jsonDepth.js';
import { GeminiError } from '../../errors/geminiError.js';
import type { Fields } from '../../rx/isObject.js';
import { objectAt } from '../formats/requestFields.js';

/** Returns the input as fields. @throws GeminiError - `invalid_request`, if it is not an object, or is nested too deep. */
export function fieldsOfInput(input: unknown): Fields {
  const fields = objectAt(input, 'input');
  if (isValueTooDeep(fields)) throw new GeminiError(`The \`input\` ${tooDeepMessage}`, { kind: 'invalid_request' });
  return fields;
}
