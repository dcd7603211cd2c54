import type { Subscription } from 'rxjs';
import { typedTexts } from './composer.js';
import { Controls } from './controls.js';
import { Conversation } from './conversation.js';
import { find } from './find.js';
import { followEnd } from './followEnd.js';
import { LevelMeter } from './levelMeter.js';
import { sentenceOf } from './sentenceOf.js';
import { StateLine } from './stateLine.js';
import { Talk } from './talk.js';

const scroll = followEnd(find('#jump'));
const state = new StateLine();
const views = { conversation: new Conversation(), level: new LevelMeter(), state };
const controls = new Controls({ start: () => void start(true), stop, listen });

/** The talk that goes on, and its subscription. */
let talk: Talk | undefined;
let running: Subscription | undefined;

typedTexts().subscribe((text) => {
  // Who types first does not have to be heard.
  (talk ?? start(false)).say(text);
  scroll.follow();
});

function start(isListening: boolean): Talk {
  stop();
  state.connect();
  controls.show({ isRunning: true, isListening });
  const started = new Talk(views, isListening);
  talk = started;
  running = started.run().subscribe({
    error(failure: unknown) {
      stop();
      controls.fail(sentenceOf(failure));
    },
    complete: stop,
  });
  return started;
}

function stop(): void {
  running?.unsubscribe();
  talk = running = undefined;
  state.disconnect();
  controls.show({ isRunning: false, isListening: false });
}

function listen(isListening: boolean): void {
  if (!talk) return;
  talk.isListening = isListening;
  controls.show({ isRunning: true, isListening });
}
