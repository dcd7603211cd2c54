import { readFileSync } from 'node:fs';

/** The package's version. */
export function version(): string {
  for (const path of ['../package.json', '../../package.json']) {
    const found = versionAt(new URL(path, import.meta.url));
    if (found !== undefined) return found;
  }
  return 'unknown';
}

/** The built command is one folder below package.json, its source two folders. */
function versionAt(url: URL): string | undefined {
  try {
    const manifest = JSON.parse(readFileSync(url, 'utf8')) as { name?: string; version?: string };
    return manifest.name === 'rxjs-gemini' ? manifest.version : undefined;
  } catch {
    return undefined;
  }
}
