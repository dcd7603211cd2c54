import { lastValueFrom, reduce } from 'rxjs';
import { fromInteraction } from 'rxjs-gemini';
import { client, interaction } from './request.mjs';

export function read(baseUrl) {
  const reply$ = fromInteraction(client(baseUrl), interaction);
  return lastValueFrom(reply$.pipe(reduce((text, chunk) => text + chunk.text, '')));
}
