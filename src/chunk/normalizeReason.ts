/** The placeholders that stand for an absent reason: Gemini API and Vertex AI spell that of a block differently. */
const placeholder = /^(?:FINISH|BLOCK|BLOCKED)_REASON_UNSPECIFIED$/;

/** The finish or block reason in a field of the wire; undefined if the field is absent, empty or a placeholder. */
export function normalizeReason(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && !placeholder.test(value) ? value : undefined;
}
