import { lastValueFrom, reduce } from 'rxjs';
import { fromGemini } from 'rxjs-gemini';
import { clientWith } from './client.mjs';

export function read(chunks) {
  const reply$ = fromGemini(clientWith(chunks), { model: 'gemini-2.5-flash', contents: 'Hello' });
  return lastValueFrom(reply$.pipe(reduce((text, chunk) => text + chunk.text, '')));
}
