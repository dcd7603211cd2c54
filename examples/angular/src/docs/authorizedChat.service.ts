import { HttpXsrfTokenExtractor } from '@angular/common/http';
import { inject, Injectable, InjectionToken } from '@angular/core';
import { createChat, fromSse } from 'rxjs-gemini';

/** A function of yours that returns a valid token. */
export const ACCESS_TOKEN = new InjectionToken<() => Promise<string>>('ACCESS_TOKEN');

@Injectable({ providedIn: 'root' })
export class AuthorizedChatService {
  readonly #xsrf = inject(HttpXsrfTokenExtractor);
  readonly #token = inject(ACCESS_TOKEN);

  readonly chat = createChat((request) =>
    fromSse('/api/chat', async () => ({
      json: request,
      headers: {
        Authorization: `Bearer ${await this.#token()}`,
        'X-XSRF-TOKEN': this.#xsrf.getToken() ?? '',
      },
    })),
  );
}
