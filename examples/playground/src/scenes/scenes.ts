import { cancel } from './cancel.ts';
import { display } from './display.ts';
import { fallbackScene } from './fallback.ts';
import { hedgeScene } from './hedge.ts';
import { interaction } from './interaction.ts';
import { json } from './json.ts';
import { limits } from './limits.ts';
import { measure } from './measure.ts';
import { receive } from './receive.ts';
import { resume } from './resume.ts';
import { retry } from './retry.ts';
import { safety } from './safety.ts';
import type { Scene } from './scene.ts';
import { send } from './send.ts';
import { sentences } from './sentences.ts';
import { share } from './share.ts';
import { thoughts } from './thoughts.ts';
import { timeout } from './timeout.ts';
import { tools } from './tools.ts';

/** The scene with which the page opens. */
export const opening: Scene = resume;

/** All scenes, in the order of the list. */
export const scenes: readonly Scene[] = [
  receive,
  interaction,
  display,
  sentences,
  thoughts,
  resume,
  retry,
  hedgeScene,
  fallbackScene,
  limits,
  timeout,
  cancel,
  safety,
  measure,
  share,
  json,
  tools,
  send,
];
