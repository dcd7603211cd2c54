/** Whether a value is a URL, known by its shape: other realms have their own class. */
export function isUrl(value: unknown): value is URL {
  return typeof value === 'object' && value !== null && 'href' in value && typeof value.href === 'string';
}
