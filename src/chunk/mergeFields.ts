import { copyFields } from './copyFields.js';
import type { Fields } from '../rx/isObject.js';

/** Metadata that some models send once in full, and again as an empty placeholder. */
interface Metadata {
  readonly groundingMetadata?: unknown;
  readonly urlContextMetadata?: unknown;
  readonly safetyRatings?: unknown;
  readonly promptFeedback?: unknown;
}

/** Copies the fields of `source`: the later value wins, but empty metadata do not replace metadata. */
export function mergeFields(target: Fields, source: object): void {
  const { groundingMetadata, urlContextMetadata, safetyRatings, promptFeedback } = target as Metadata;
  copyFields(target, source);
  if (groundingMetadata !== undefined) keep(target, 'groundingMetadata', groundingMetadata);
  if (urlContextMetadata !== undefined) keep(target, 'urlContextMetadata', urlContextMetadata);
  if (safetyRatings !== undefined) keep(target, 'safetyRatings', safetyRatings);
  if (promptFeedback !== undefined) keep(target, 'promptFeedback', promptFeedback);
}

/** Restores metadata that an empty placeholder has replaced. */
function keep(target: Fields, name: keyof Metadata, metadata: unknown): void {
  if (isEmptyMetadata(target[name])) target[name] = metadata;
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
