import './support.js';
import { HttpXsrfTokenExtractor } from '@angular/common/http';
import { inject, Injectable, Injector } from '@angular/core';
import { lastValueFrom, of } from 'rxjs';
import { createChat, fromSse, pipeToServerResponse } from 'rxjs-gemini';
import { chunk, finishChunk } from 'rxjs-gemini/testing';
import { expect, it } from 'vitest';
import { serveSse } from '../../support/sseServer.js';

it('fromSse takes the headers that an interceptor would set, anew for each request', async () => {
  const server = await serveSse(
    (response) => void pipeToServerResponse(of(chunk('Blue light.'), finishChunk()), response),
  );

  class ChatService {
    readonly #xsrf = inject(HttpXsrfTokenExtractor);
    readonly #auth = inject(Auth);
    readonly chat = createChat((request) =>
      fromSse(server.url, async () => ({
        json: request,
        headers: {
          Authorization: `Bearer ${await this.#auth.token()}`,
          'X-XSRF-TOKEN': this.#xsrf.getToken() ?? '',
        },
      })),
    );
  }
  Injectable()(ChatService);

  const injector = Injector.create({
    providers: [
      { provide: HttpXsrfTokenExtractor, useValue: { getToken: () => 'seven' } },
      { provide: Auth, useClass: Auth },
      { provide: ChatService, useClass: ChatService },
    ],
  });
  const { chat } = injector.get(ChatService);
  await lastValueFrom(chat.send('Hi'));
  await lastValueFrom(chat.send('And?'));
  expect(server.requests.map(({ headers }) => [headers.authorization, headers['x-xsrf-token']])).toEqual([
    ['Bearer 1', 'seven'],
    ['Bearer 2', 'seven'],
  ]);
});

/** Tokens that expire at once. */
class Auth {
  #count = 0;

  async token(): Promise<string> {
    return Promise.resolve(String(++this.#count));
  }
}
