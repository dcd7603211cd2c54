import { lastValueFrom } from 'rxjs';
import { fromGemini } from 'rxjs-gemini';
import { clientWith } from './client.mjs';
import { sevenOperators } from '../sevenOperators.mjs';

export async function read(chunks, maxChunks) {
  const reply$ = fromGemini(clientWith(chunks), { model: 'gemini-2.5-flash', contents: 'Hello' });
  return (await lastValueFrom(reply$.pipe(sevenOperators(maxChunks)))).text;
}
