import type { GeminiPart } from './response.js';

/** Fields that describe a part's data and are not data themselves. */
const marks: ReadonlySet<string> = new Set([
  'thought',
  'thoughtSignature',
  'partMetadata',
  'mediaResolution',
  'videoMetadata',
]);

/** The part; one without data, such as a signature alone, gets an empty text, because the API refuses it otherwise. */
export function toSendablePart(part: GeminiPart): GeminiPart {
  if (Object.entries(part).some(([field, value]) => !marks.has(field) && value != null)) return part;
  const { text: _, ...rest } = part;
  return { text: '', ...rest };
}
