import {
  audit,
  concat,
  EMPTY,
  finalize,
  fromEvent,
  ignoreElements,
  interval,
  startWith,
  takeUntil,
  timeout,
  type Observable,
} from 'rxjs';
import { finishReasonOf, GeminiError, serveWebSocket, type GeminiChunk } from 'rxjs-gemini';
import type { WebSocket } from 'ws';
import { clientMessage } from './clientMessage.js';
import { hasRoom } from './hasRoom.js';
import { limits } from './limits.js';
import type { Asker, Room, RoomNews } from './room.js';

const pingEvery = 30_000;

/** Serves one page: the news of the room, and any number of replies over its one socket. */
export function serveClient(socket: WebSocket, room: Room, asker: Asker): void {
  const left$ = fromEvent(socket, 'close');
  const say = newsWriter();
  room
    .enter()
    .pipe(
      // A page that reads slowly gets the newest of them only, when it has taken the rest.
      audit(() => hasRoom(socket)),
      takeUntil(left$),
    )
    .subscribe((news) => socket.send(say(news)));

  const watched = new Set<string>();
  const watch = (id: string): Observable<GeminiChunk> => {
    if (watched.has(id)) throw new GeminiError('The page watches this reply already', { kind: 'invalid_request' });
    const chunks$ = room.watch(id);
    watched.add(id);
    // The whole reply so far comes at once, and fifty of them would all wait in a socket that nobody reads.
    return concat(hasRoom(socket).pipe(ignoreElements()), chunks$).pipe(finalize(() => watched.delete(id)));
  };
  const answer = (message: unknown): Observable<GeminiChunk> => {
    const said = clientMessage(message);
    if ('watch' in said) return watch(said.watch);
    if ('ask' in said) room.ask(said.ask, asker);
    else room.stop(said.stop);
    return EMPTY;
  };
  // It has every reply of the room under way at most, and some short messages of its own.
  const options = { format: shown, maxReplies: limits.keptReplies + 10, highWaterMark: limits.waitingBytes };
  void serveWebSocket(socket, answer, options);

  // A connection that has silently gone would have its replies written for nobody.
  interval(pingEvery)
    .pipe(takeUntil(left$))
    .subscribe(() => socket.ping());
  fromEvent(socket, 'pong')
    .pipe(startWith(undefined), timeout({ each: pingEvery * 1.5 }), takeUntil(left$))
    .subscribe({ error: () => socket.terminate() });
  socket.on('error', () => socket.terminate());
}

/** Writes news; each prompt only once, as prompts are long and do not change. */
function newsWriter(): (news: RoomNews) => string {
  const told = new Set<string>();
  return ({ present, asked }) => {
    const replies = asked.map(({ id, prompt, isOver }) => (told.has(id) ? { id } : { id, prompt, isOver }));
    told.clear();
    for (const { id } of asked) told.add(id);
    return JSON.stringify({ news: { present, asked: replies } });
  };
}

/** The fields of a chunk that the page shows. */
function shown(chunk: GeminiChunk) {
  const { text, metrics, queued, retrying, resumed, cancelled } = chunk;
  const { outputTokens, tokensPerSecond, timeToFirstText } = metrics ?? {};
  const speed = { outputTokens, tokensPerSecond, timeToFirstText };
  const isCancelled = cancelled ? true : undefined;
  return { text, ...speed, queued, retrying, resumed, finishReason: finishReasonOf(chunk), isCancelled };
}
