import { setField } from './copyFields.js';
import type { Fields } from '../rx/isObject.js';

/** Metadata that some models send once in full, and again as an empty placeholder. */
const metadataFields: ReadonlySet<string> = new Set([
  'groundingMetadata',
  'urlContextMetadata',
  'safetyRatings',
  'promptFeedback',
]);

/**
 * Copies the fields of `source`, except those in `except`: the later value wins, but empty metadata do not replace
 * metadata.
 */
export function mergeFields(target: Fields, source: object, except?: ReadonlySet<string>): void {
  for (const field in source) {
    if (except?.has(field)) continue;
    const value = (source as Fields)[field];
    if (metadataFields.has(field) && target[field] !== undefined && isEmptyMetadata(value)) continue;
    setField(target, field, value);
  }
}

/** The depth to which metadata are searched: grounding metadata may have only empty lists. */
const maxMetadataDepth = 2;

/** Whether metadata are empty: without fields, or with empty fields only. */
function isEmptyMetadata(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object') return value === undefined || value === '';
  for (const field in value ?? {}) {
    if (depth === maxMetadataDepth || !isEmptyMetadata((value as Fields)[field], depth + 1)) return false;
  }
  return true;
}
