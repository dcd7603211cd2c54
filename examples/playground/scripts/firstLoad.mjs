// Prints the size of the files that the page loads until its first scene plays: gzip, as most servers send them.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const folder = new URL('../dist/', import.meta.url);
const seen = new Set();
const rows = [];

/** Follows the static imports of a file. Those of the common modules are dynamic, and named by the worker. */
function visit(name) {
  if (seen.has(name)) return;
  seen.add(name);
  const bytes = readFileSync(new URL(name, folder));
  rows.push([name, gzipSync(bytes).length]);
  const text = bytes.toString();
  const references = name.endsWith('.html')
    ? text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)
    : text.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[^'"`;()]*?from\s*)?["'`]\.\/([^"'`]+)["'`]/g);
  for (const [, path] of references) visit(path.startsWith('assets/') ? path : `assets/${path}`);
  for (const [, worker] of text.matchAll(/["'`](?:\.?\/?(?:assets\/)?)(opening-[\w-]+\.js)["'`]/g)) {
    if (!name.endsWith('.html')) visit(`assets/${worker}`);
  }
}

visit('index.html');
const total = rows.reduce((sum, [, size]) => sum + size, 0);
for (const [name, size] of rows.sort((a, b) => b[1] - a[1]))
  console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${name}`);
console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  first load, gzip`);
