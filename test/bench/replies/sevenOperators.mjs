import { from, lastValueFrom } from 'rxjs';
import { sevenOperators } from '../sevenOperators.mjs';

export async function read(chunks, maxChunks) {
  return (await lastValueFrom(from(chunks).pipe(sevenOperators(maxChunks)))).text;
}
