import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { allPictures } from './allPictures.js';
import { drawScene } from './drawScene.js';
import { playPicture } from './stage.js';

// Part of `npm run docs`: draws the pictures of which the present file is another.
mkdirSync('docs/marbles', { recursive: true });
for (const picture of allPictures) {
  const file = `docs/marbles/${picture.name}.svg`;
  if (process.env['ONLY'] && !process.env['ONLY'].split(',').includes(picture.name)) continue;
  let drawn = '';
  try { drawn = drawScene(playPicture(picture)); } catch (e) { console.log(picture.name, String(e)); continue }
  if (existsSync(file) && readFileSync(file, 'utf8') === drawn) continue;
  writeFileSync(file, drawn);
  console.log(`wrote ${file}`);
}
