import { legendPicture } from './pictures/legend.js';
import { livePictures } from './pictures/live.js';
import { measurePictures } from './pictures/measure.js';
import { pipelinePicture } from './pictures/pipeline.js';
import { protectPictures } from './pictures/protect.js';
import { sendPictures } from './pictures/send.js';
import { shapePictures } from './pictures/shape.js';
import { sharePictures } from './pictures/share.js';
import { showPictures } from './pictures/show.js';
import type { Picture } from './stage.js';

/** The pictures of `docs/marbles`. */
export const allPictures: readonly Picture[] = [
  legendPicture,
  pipelinePicture,
  ...showPictures,
  ...measurePictures,
  ...protectPictures,
  ...sharePictures,
  ...shapePictures,
  ...sendPictures,
  ...livePictures,
];
