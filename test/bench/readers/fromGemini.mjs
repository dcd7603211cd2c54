import { lastValueFrom, reduce } from 'rxjs';
import { fromGemini } from 'rxjs-gemini';
import { client, params } from './request.mjs';

export function read(baseUrl) {
  return lastValueFrom(fromGemini(client(baseUrl), params).pipe(reduce((text, chunk) => text + chunk.text, '')));
}
