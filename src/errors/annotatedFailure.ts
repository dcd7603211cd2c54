import type { AnnotationName, ReplyAnnotations } from '../chunk/replyAnnotations.js';
import { withField } from '../chunk/copyFields.js';
import { isGeminiError, withContext } from './geminiError.js';

/**
 * The failure of a reply below a `withX` operator: the `partial` of a `GeminiError` has the annotation too, so that the
 * cost of a reply that failed is known. Any other error, and one without a `partial`, is returned itself.
 */
export function annotatedFailure<K extends AnnotationName>(
  cause: unknown,
  name: K,
  value: ReplyAnnotations[K],
): unknown {
  if (!isGeminiError(cause) || !cause.partial) return cause;
  return withContext(cause, { partial: withField(cause.partial, name, value) });
}
