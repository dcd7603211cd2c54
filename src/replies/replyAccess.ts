import { parsePosition } from '../chunk/replyPosition.js';
import { GeminiError } from '../errors/geminiError.js';
import { notResumable } from '../errors/notResumable.js';
import { assertOptions, assertString, rangeError, typeError } from '../rx/assertions.js';

/** The longest id and owner: they are stored for each reply. */
const maxIdLength = 256;

/** Whether a text has the length of an id or an owner. */
export function hasIdLength(text: string): boolean {
  return text !== '' && text.length <= maxIdLength;
}

/** Returns the owner of an access, checked. */
export function ownerIn(access: { readonly owner?: string | undefined }): string | undefined {
  assertOptions(access);
  assertOwner(access.owner);
  return access.owner;
}

/** Throws unless `owner` may be an owner, or is undefined: no owner. */
export function assertOwner(owner: string | undefined): void {
  if (owner === undefined) return;
  assertString('owner', owner);
  // An empty owner is a mistake, such as of a user without an id, and must not make a reply everybody's.
  if (!hasIdLength(owner)) throw rangeError('owner', `a string of 1 to ${String(maxIdLength)} characters`, owner);
}

/** Returns the position in the value of an option or a header, if any. */
export function afterIn(after: unknown): string | undefined {
  // Node has a list for a header that was sent more than once.
  const last: unknown = Array.isArray(after) ? after.at(-1) : after;
  if (last === undefined || last === null || last === '') return undefined;
  if (typeof last !== 'string') throw typeError('after', 'a position or a header', after);
  return last;
}

/** The error of an id that no reply can have. */
export function wrongIdError(): GeminiError {
  return new GeminiError(`The id of a reply has 1 to ${String(maxIdLength)} characters`, { kind: 'invalid_request' });
}

/** The error of an id whose reply runs. */
export function inUseError(): GeminiError {
  const message = 'A reply with this id is running: follow or stop that one, or use another id';
  return new GeminiError(message, { kind: 'invalid_request' });
}

/** The error of a reply that cannot be found: one for all causes, so that nobody learns which ids others use. */
export function notFoundError(): GeminiError {
  const message = 'There is no such reply: it was not started, was forgotten after its `ttl`, or has another owner';
  return new GeminiError(message, { kind: 'not_found' });
}

/** The error of the replies of a server that shuts down. */
export function shutdownError(): GeminiError {
  const message = 'The registry of replies is closed: the server shuts down';
  return new GeminiError(message, { kind: 'server', retryable: true });
}

/** Returns the index of the first chunk after a position of the run, of a reply of `count` chunks. */
export function indexAfter(after: string, run: string, count: number): number {
  const position = parsePosition(after);
  if (!position) throw notResumable('`after` is not an event id of `follow`');
  if (position.run !== run) throw notResumable('it was started again, and `after` belongs to another run');
  if (position.index >= count) throw notResumable('it has no chunk at `after`');
  return position.index + 1;
}
