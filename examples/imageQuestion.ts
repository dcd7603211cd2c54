// npx tsx examples/imageQuestion.ts [picture.png]
// An image and a question about it.
import { readFile } from 'node:fs/promises';
import { classifyErrors, fromGemini, toText } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

/** A picture of one red pixel, for when none is named. */
const redPixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

await withClient(async (ai) => {
  const path = process.argv[2];
  const data = path === undefined ? redPixel : await readFile(path, 'base64');
  const contents = [{ inlineData: { mimeType: 'image/png', data } }, { text: 'What is in this picture?' }];

  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents });
  await reply$.pipe(classifyErrors(), toText()).forEach((text) => process.stdout.write(text));
  process.stdout.write('\n');
});
