import type { GeminiPart } from './response.js';

/** The fields that describe the data of a part and are not data themselves. */
const descriptiveFields: ReadonlySet<string> = new Set([
  'thought',
  'thoughtSignature',
  'partMetadata',
  'mediaResolution',
  'videoMetadata',
]);

/**
 * Adds an empty text to a part without data, such as a bare signature, which the API refuses; returns other parts
 * unchanged.
 */
export function toSendablePart(part: GeminiPart): GeminiPart {
  if (Object.entries(part).some(([field, value]) => !descriptiveFields.has(field) && value != null)) return part;
  const { text: _, ...rest } = part;
  return { text: '', ...rest };
}
