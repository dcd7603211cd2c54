// npx tsx examples/bufferedOutput.ts
// A reply sentence by sentence: for speech, subtitles, or a log.
import { bufferChunks, classifyErrors, fromGemini, toText } from 'rxjs-gemini';
import { withClient } from './support/withClient.js';

await withClient(async (ai) => {
  await fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Explain tides.' })
    .pipe(classifyErrors(), bufferChunks({ until: 'sentence' }), toText())
    .forEach((sentence) => {
      console.log(`> ${sentence.trim()}`);
    });
});
