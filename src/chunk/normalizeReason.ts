/** The placeholders for an absent reason; the Gemini API and Vertex AI spell the block reason's differently. */
const placeholder = /^(?:FINISH|BLOCK|BLOCKED)_REASON_UNSPECIFIED$/;

/** Returns a finish or block reason as the server sent it; undefined if it is absent, empty or a placeholder. */
export function normalizeReason(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && !placeholder.test(value) ? value : undefined;
}
