import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The page feeds a stage, or nothing, so that the two can be compared. */
const script = `
import { Stage } from './examples/playground/src/stage/stage.ts';
import * as feeds from './test/examples/stage/feeds.ts';

Object.assign(window, {
  feeds,
  stage: new Stage(document.querySelector('main > div')),
  /** Sends events at their times, about once a frame, and draws a dot as the least that a page can do. */
  async play(events, target) {
    const context = document.querySelector('canvas#dot').getContext('2d');
    const frames = [];
    const start = performance.now();
    let sent = 0;
    for (let last = start; sent < events.length; ) {
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - last);
      last = now;
      context.fillRect(frames.length % 20, 0, 1, 1);
      const from = sent;
      while (sent < events.length && events[sent].time <= performance.now() - start) sent += 1;
      if (sent > from) target?.add(events.slice(from, sent));
    }
    target?.end();
    return frames.slice(1);
  },
});
`;

/** The custom properties that the page of the playground has. */
const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f5f6f9, #0f1116);
  --card: light-dark(#ffffff, #171a21);
  --soft: light-dark(#f0f2f7, #20242d);
  --line: light-dark(#dfe3ea, #2e333f);
  --ink: light-dark(#181c25, #e9ebf0);
  --muted: light-dark(#5b6375, #9aa2b3);
  --accent: light-dark(#3b63e0, #7f9dff);
  --accent-ink: light-dark(#ffffff, #10131a);
  --good: light-dark(#13795b, #4fd1a5);
  --bad: light-dark(#c02b43, #ff8296);
  --warn: light-dark(#8a5a00, #f0b94f);
  --focus: light-dark(#3b63e0, #7f9dff);
  font: 15px/1.45 system-ui, sans-serif;
  background: var(--page);
  color: var(--ink);
}
body { margin: 0; padding: 12px; }
h1 { margin: 0 0 8px; font-size: 19px; }
`;

/** A page with nothing but a stage. */
export async function stagePage(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: root },
    bundle: true,
    format: 'iife',
    target: 'es2022',
    outdir: 'page',
    write: false,
  });
  const text = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>Stage</title><style>${style}${text('.css')}</style></head>
    <body><main><h1>Stage</h1><div></div></main><canvas id="dot" width="20" height="1" aria-hidden="true"></canvas>
    <script>${text('.js')}</script></body></html>`;
}
