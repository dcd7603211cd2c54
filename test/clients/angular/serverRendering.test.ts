import './support.js';
import { pendingUntilEvent, rxResource, toSignal } from '@angular/core/rxjs-interop';
import { concat, NEVER, of } from 'rxjs';
import {
  accumulate,
  classifyErrors,
  createChat,
  finalResponse,
  fromSse,
  pipeToServerResponse,
  toReplyState,
} from 'rxjs-gemini';
import { chunk, finishChunk } from 'rxjs-gemini/testing';
import { describe, expect, it } from 'vitest';
import { serveSse } from '../../support/sseServer.js';
import { inBrowser, renderOnServer } from './support.js';

const relative = /^The URL is relative, and there is no page that it could be relative to, as in server-side rendering/;

/** A server of replies that begin and never end. */
const serveSilence = () =>
  serveSse((response) => void pipeToServerResponse(concat(of(chunk('Blue ')), NEVER), response));

const serveReply = () =>
  serveSse((response) => void pipeToServerResponse(of(chunk('Blue '), chunk('light.'), finishChunk()), response));

describe('a reply in a component that Angular renders on the server', () => {
  it('is waiting, and no request is made, if the source is for the browser', async () => {
    const server = await serveSilence();
    const reply$ = fromSse(server.url);
    const text = await renderOnServer(() => {
      const state = toSignal(inBrowser(reply$).pipe(toReplyState()), { requireSync: true });
      return () => state().status;
    });
    expect(text).toBe('waiting');
    const ofResource = await renderOnServer(() => {
      const source = inBrowser(reply$);
      const state = rxResource({ stream: () => source.pipe(toReplyState()) });
      return () => state.value()?.status;
    });
    expect(ofResource).toBe('waiting');
    expect(server.requests).toHaveLength(0);
  });

  it('fails with a sentence if the URL is relative, and is not worth a retry', async () => {
    const text = await renderOnServer(() => {
      const state = toSignal(fromSse('/api/chat').pipe(toReplyState()), { requireSync: true });
      return () => {
        const { error } = state();
        return error && `${error.message} | ${error.kind} | ${String(error.retryable)}`;
      };
    });
    const [message, kind, retryable] = text.split(' | ');
    expect(message).toMatch(relative);
    expect([kind, retryable]).toEqual(['invalid_request', 'false']);
  });

  it('is waiting if the URL is absolute, and its request is closed as soon as the page is rendered', async () => {
    const server = await serveSilence();
    const bySignal = await renderOnServer(() => {
      const state = toSignal(fromSse(server.url).pipe(toReplyState()), { requireSync: true });
      return () => state().status;
    });
    const byResource = await renderOnServer(() => {
      const state = rxResource({ stream: () => fromSse(server.url).pipe(toReplyState()) });
      return () => state.value()?.status;
    });
    expect([bySignal, byResource]).toEqual(['waiting', 'waiting']);
    // Either the page was ready before the request went out, or the server saw it close.
    for (const { closed } of server.requests) expect(await closed).toBe(false);
  });

  it('is whole if the page waits for it', async () => {
    const server = await serveReply();
    const bySignal = await renderOnServer(() => {
      const reply = toSignal(fromSse(server.url).pipe(classifyErrors(), finalResponse(), pendingUntilEvent()));
      return () => reply()?.text;
    });
    const byResource = await renderOnServer(() => {
      const reply = rxResource({ stream: () => fromSse(server.url).pipe(classifyErrors(), finalResponse()) });
      return () => reply.value()?.text;
    });
    expect([bySignal, byResource]).toEqual(['Blue light.', 'Blue light.']);
    expect(server.requests).toHaveLength(2);
  });

  it('is a piece, and its request is closed, if the resource has a value with each chunk', async () => {
    const server = await serveSilence();
    const text = await renderOnServer(() => {
      const reply = rxResource({ stream: () => fromSse(server.url).pipe(accumulate()) });
      return () => reply.value()?.text;
    });
    expect(text).toBe('Blue ');
    expect(await server.requests[0]?.closed).toBe(false);
  });
});

describe('rxResource over toReplyState', () => {
  it('is resolved while the model is silent: the status is in its value', async () => {
    const text = await renderOnServer(() => {
      const state = rxResource({ stream: () => NEVER.pipe(toReplyState()) });
      return () => `${state.status()}, ${String(state.isLoading())}, ${String(state.value()?.status)}`;
    });
    expect(text).toBe('resolved, false, waiting');
  });

  it('has no error if the reply fails: the error is in its value', async () => {
    const text = await renderOnServer(() => {
      const state = rxResource({ stream: () => fromSse('/api/chat').pipe(toReplyState()) });
      return () => `${state.status()}, ${String(state.error())}, ${String(state.value()?.error?.kind)}`;
    });
    expect(text).toBe('resolved, undefined, invalid_request');
  });
});

describe('createChat in a component that Angular renders on the server', () => {
  it('makes no request, and shows its messages', async () => {
    const server = await serveReply();
    const text = await renderOnServer(() => {
      const history = [{ role: 'user', parts: [{ text: 'Hi' }] }];
      const chat = createChat((request) => fromSse(server.url, { json: request }), { history });
      const messages = toSignal(chat.messages$, { requireSync: true });
      const status = toSignal(chat.status$, { requireSync: true });
      return () =>
        `${status()}: ${messages()
          .map((message) => message.text)
          .join()}`;
    });
    expect(text).toBe('idle: Hi');
    expect(server.requests).toHaveLength(0);
  });

  it('fails the message with a sentence if it is sent on the server to a relative URL', async () => {
    const chat = createChat((request) => fromSse('/api/chat', { json: request }));
    const text = await renderOnServer(() => {
      const messages = toSignal(chat.messages$, { requireSync: true });
      const sent = toSignal(chat.send('Hi').pipe(toReplyState()), { requireSync: true });
      return () => `${sent().status} ${messages().at(-1)?.error?.message ?? ''}`;
    });
    expect(text.split(' ', 1)).toEqual(['failed']);
    expect(text.slice('failed '.length)).toMatch(relative);
  });
});
