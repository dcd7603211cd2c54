import { fromEvent, map, switchMap, tap } from 'rxjs';
import { fromSse, takeUntilCancel, toReplyState } from 'rxjs-gemini';

const form = document.querySelector('form');
const answer = document.querySelector('#answer');
const status = document.querySelector('#status');

const stop$ = fromEvent(document.querySelector('#stop'), 'click');
const prompt$ = fromEvent(form, 'submit').pipe(
  tap((event) => event.preventDefault()),
  map(() => form.elements.prompt.value),
);
// Another question closes the request before it.
const state$ = prompt$.pipe(
  switchMap((prompt) => {
    const contents = [{ role: 'user', parts: [{ text: prompt }] }];
    return fromSse('/api/chat', { json: { contents } }).pipe(takeUntilCancel(stop$), toReplyState());
  }),
);

state$.subscribe((state) => {
  answer.textContent = state.reply.text;
  status.textContent = state.status === 'failed' ? state.error.message : state.status;
});
