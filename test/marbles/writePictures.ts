import { mkdirSync, writeFileSync } from 'node:fs';
import { allPictures } from './allPictures.js';
import { drawScene } from './drawScene.js';
import { drawnBefore, fileOf, folder } from './pictureFiles.js';
import { playPicture } from './stage.js';

// Part of `npm run docs`: draws the pictures of `docs/marbles` anew.
mkdirSync(folder, { recursive: true });
for (const picture of allPictures) {
  const drawn = drawScene(playPicture(picture));
  if (drawn === drawnBefore(picture.name)) continue;
  writeFileSync(fileOf(picture.name), drawn);
  console.log(`wrote docs/marbles/${picture.name}.svg`);
}
