import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './docComments.js';
import { pages, withCopies } from './pages.js';

// Part of `npm run docs`: writes the copied blocks of all pages anew.
for (const page of pages) {
  const text = await withCopies(page);
  if (text === readFileSync(root + page, 'utf8')) continue;
  writeFileSync(root + page, text);
  console.log(`wrote ${page}`);
}
