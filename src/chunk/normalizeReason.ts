/** The placeholders for an absent reason; the Gemini API and Vertex AI spell the block reason's differently. */
const placeholders: ReadonlySet<string> = /* @__PURE__ */ new Set([
  '',
  'FINISH_REASON_UNSPECIFIED',
  'BLOCK_REASON_UNSPECIFIED',
  'BLOCKED_REASON_UNSPECIFIED',
]);

/** Returns a finish or block reason as the server sent it; undefined if it is absent, empty or a placeholder. */
export function normalizeReason(value: unknown): string | undefined {
  return typeof value === 'string' && !placeholders.has(value) ? value : undefined;
}
