import { lastValueFrom } from 'rxjs';
import { fromGemini } from 'rxjs-gemini';
import { sevenOperators } from '../sevenOperators.mjs';
import { client, params } from './request.mjs';

export async function read(baseUrl) {
  return (await lastValueFrom(fromGemini(client(baseUrl), params).pipe(sevenOperators(10)))).text;
}
