import { showPictures } from './pictures/show.js';
import type { Picture } from './stage.js';

/** The pictures of `docs/marbles`. */
export const allPictures: readonly Picture[] = [...showPictures];
