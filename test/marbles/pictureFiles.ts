import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the pictures. */
export const folder = fileURLToPath(new URL('../../docs/marbles/', import.meta.url));

/** The path of a picture's file. */
export function fileOf(name: string): string {
  return `${folder}${name}.svg`;
}

/** The present content of a picture's file, if there is one. */
export function drawnBefore(name: string): string | undefined {
  return existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8') : undefined;
}
