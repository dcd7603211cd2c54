import type { Route } from '../page/view.ts';
import { lines } from '../scenes/program.ts';

/** The program that reads a route of a visitor's own server. */
export function routeProgram({ url, method, body }: Route): string {
  const init = method === 'POST' ? `, { json: ${body.trim() === '' ? '{}' : body.trim()} }` : '';
  return lines(
    '// A route that answers with toSseResponse, and allows this page by its CORS headers.',
    `export const view$ = fromSse(${JSON.stringify(url)}${init}).pipe(classifyErrors());`,
  );
}

/** The reason for which a route cannot be read; undefined if it can. */
export function routeProblem({ url, method, body }: Route): string | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return 'The address begins with https:// or http://.';
  if (method === 'GET' || body.trim() === '') return undefined;
  try {
    JSON.parse(body);
    return undefined;
  } catch {
    return 'The body is not JSON.';
  }
}
