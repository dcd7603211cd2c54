import { filter, fromEvent, map, tap, type Observable } from 'rxjs';
import { find } from './find.js';

/** Emits each text that the person sends from the box. */
export function typedTexts(): Observable<string> {
  const box = find<HTMLInputElement>('#message');
  return fromEvent(find('#composer'), 'submit').pipe(
    tap((event) => event.preventDefault()),
    map(() => box.value.trim()),
    filter((text) => text !== ''),
    tap(() => (box.value = '')),
  );
}
