import { fromEvent, map, merge, type Observable } from 'rxjs';

/** The requests as the emulator sees them. */
export type ServerNews =
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'gone' }
  | { readonly type: 'open'; readonly run: string; readonly request: number }
  | {
      readonly type: 'closed';
      readonly run: string;
      readonly request: number;
      /** Who ended it: the server when all was sent, the client by leaving, or a fault that was asked for. */
      readonly by: 'server' | 'client' | 'fault';
      readonly chunks: number;
    };

/** Follows the emulator, as long as the page lives. */
export function serverNews(): Observable<ServerNews> {
  const events = new EventSource('/emulator');
  return merge(
    fromEvent<MessageEvent<string>>(events, 'message').pipe(map(({ data }) => JSON.parse(data) as ServerNews)),
    fromEvent(events, 'error').pipe(map((): ServerNews => ({ type: 'gone' }))),
  );
}
