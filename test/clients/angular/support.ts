// Components are compiled in the process: there is no build.
import '@angular/compiler';
import { isPlatformBrowser } from '@angular/common';
import { Component, inject, PLATFORM_ID } from '@angular/core';
import { bootstrapApplication, type BootstrapContext } from '@angular/platform-browser';
import { provideServerRendering, renderApplication } from '@angular/platform-server';
import { NEVER, type Observable } from 'rxjs';

/**
 * Renders a page on the server, zoneless, and returns its text.
 *
 * @param setUp - Runs in the constructor of the component; returns the function that the template calls.
 */
export async function renderOnServer(setUp: () => () => unknown): Promise<string> {
  class Page {
    readonly text = setUp();
  }
  Component({ selector: 'app-page', template: '<p>{{ text() }}</p>' })(Page);
  const html = await renderApplication(
    (context: BootstrapContext) => bootstrapApplication(Page, { providers: [provideServerRendering()] }, context),
    { document: '<app-page></app-page>', url: 'http://localhost/', allowedHosts: ['localhost'] },
  );
  const text = /<p>(.*?)<\/p>/s.exec(html)?.[1];
  if (text === undefined) throw new Error(`The page was not rendered: ${html}`);
  return text;
}

// #region inBrowser
/** A source that the server does not subscribe to: its page stays `waiting`, and the browser makes the request. */
export function inBrowser<T>(source: Observable<T>): Observable<T> {
  return isPlatformBrowser(inject(PLATFORM_ID)) ? source : NEVER;
}
// #endregion
