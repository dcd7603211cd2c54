import type { Routes } from '@angular/router';
import { Chat } from './chat/chat';

export const routes: Routes = [
  { path: '', pathMatch: 'full', component: Chat, title: 'Chat · Marble' },
  {
    path: 'history',
    loadComponent: async () => (await import('./history/history')).History,
    title: 'History · Marble',
  },
  { path: 'replies/:id', loadComponent: async () => (await import('./watch/watch')).Watch, title: 'Watching · Marble' },
  { path: '**', redirectTo: '' },
];
