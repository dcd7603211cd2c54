// npm run -s ask --prefix examples/live -- 'Why is the sky blue?'
// One question and its answer in text. The session is closed when the answer has ended.
import { Modality } from '@google/genai';
import { mergeAll, of, take } from 'rxjs';
import { classifyErrors, fromLive, toText, toTurns } from 'rxjs-gemini';
import { connectGemini } from './gemini.js';

const model = process.env['GEMINI_LIVE_MODEL'] ?? 'gemini-live-2.5-flash-preview';
const question = process.argv.slice(2).join(' ') || 'Why is the sky blue?';

const { ai, close } = await connectGemini();
try {
  const params = { model, config: { responseModalities: [Modality.TEXT] } };
  await fromLive(ai, params, of({ clientContent: { turns: question } }))
    // The end of the first turn unsubscribes from the session, which closes the socket.
    .pipe(toTurns(), take(1), mergeAll(), classifyErrors(), toText())
    .forEach((text) => process.stdout.write(text));
  process.stdout.write('\n');
} finally {
  await close();
}
