import { EMPTY, fromEvent, interval, startWith, takeUntil, timeout, type Observable } from 'rxjs';
import { serveWebSocket, type GeminiChunk } from 'rxjs-gemini';
import type { WebSocket } from 'ws';
import { clientMessage } from './clientMessage.js';
import { maxReplies, type Room } from './room.js';

const pingEvery = 30_000;

/** Serves one page: the news of the room, and any number of replies over its one socket. */
export function serveClient(socket: WebSocket, room: Room): void {
  const left$ = fromEvent(socket, 'close');
  room
    .enter()
    .pipe(takeUntil(left$))
    .subscribe((news) => socket.send(JSON.stringify({ news })));
  // It has every reply of the room under way at most, and some short messages of its own.
  void serveWebSocket(socket, (message) => answer(room, message), { format: shown, maxReplies: maxReplies + 10 });

  // A connection that has silently gone would have its replies written for nobody.
  interval(pingEvery)
    .pipe(takeUntil(left$))
    .subscribe(() => socket.ping());
  fromEvent(socket, 'pong')
    .pipe(startWith(undefined), timeout({ each: pingEvery * 1.5 }), takeUntil(left$))
    .subscribe({ error: () => socket.terminate() });
}

function answer(room: Room, message: unknown): Observable<GeminiChunk> {
  const said = clientMessage(message);
  if ('watch' in said) return room.watch(said.watch);
  if ('ask' in said) room.ask(said.ask);
  else room.stop(said.stop);
  return EMPTY;
}

/** The fields of a chunk that the page shows. */
function shown({ text, metrics, cancelled }: GeminiChunk) {
  const { outputTokens, tokensPerSecond, timeToFirstText } = metrics ?? {};
  return { text, outputTokens, tokensPerSecond, timeToFirstText, isStopped: cancelled !== undefined };
}
