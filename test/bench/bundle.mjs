// What a user's bundle grows by: minified and gzipped, with rxjs and the SDK outside.
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Rows of `{ import, kB }`. */
export async function bundle() {
  const operators = readdirSync(`${root}operators`)
    .filter((file) => file !== 'index.ts')
    .map((file) => file.replace(/\.ts$/, ''));
  const shared = await size("export { ChunkBuilder, toGeminiError } from 'rxjs-gemini';");
  const rows = [
    { import: 'rxjs-gemini', kB: await size("export * from 'rxjs-gemini';") },
    { import: 'rxjs-gemini/operators', kB: await size("export * from 'rxjs-gemini/operators';") },
    { import: 'ChunkBuilder and toGeminiError, which operators share', kB: shared },
  ];
  for (const name of operators) {
    const both = await size(`export { ChunkBuilder, toGeminiError, ${name} } from 'rxjs-gemini';`);
    rows.push({ import: `${name}, beside those`, kB: both - shared });
  }
  return rows;
}

async function size(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    external: ['rxjs', 'rxjs/*', '@google/genai'],
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length / 1000;
}
