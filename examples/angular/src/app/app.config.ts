import { provideHttpClient } from '@angular/common/http';
import {
  inject,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
  type ApplicationConfig,
} from '@angular/core';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { routes } from './app.routes';
import { ConversationsService } from './conversations/conversations.service';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideZonelessChangeDetection(),
    provideHttpClient(),
    // Before the first page is shown, so that it does not start with an empty one.
    provideAppInitializer(() => inject(ConversationsService).start()),
    provideRouter(routes, withComponentInputBinding()),
  ],
};
