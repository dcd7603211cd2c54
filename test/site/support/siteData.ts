import { readdirSync, readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { siteFolder } from './serveSite.js';

/** A place in the sidebar. */
export interface NavigationItem {
  readonly text: string;
  readonly path?: string;
  readonly children?: readonly NavigationItem[];
}

/** A result that the search can have. */
interface SearchRow {
  readonly name: string;
  readonly url: string;
}

/** The paths of the site's pages. */
export function sitePages(): string[] {
  const files = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.html'));
}

export function readSite(file: string): string {
  return readFileSync(`${siteFolder}/${file}`, 'utf8');
}

/** The items of the sidebar, with those below them. */
export function sidebarItems(): NavigationItem[] {
  const withChildren = (item: NavigationItem): NavigationItem[] => [
    item,
    ...(item.children ?? []).flatMap(withChildren),
  ];
  return (unpack('navigation.js') as readonly NavigationItem[]).flatMap(withChildren);
}

export function searchRows(): readonly SearchRow[] {
  return (unpack('search.js') as { readonly rows: readonly SearchRow[] }).rows;
}

/** The data of a script, which is deflated JSON in base64. */
function unpack(script: string): unknown {
  const [, packed = ''] = /"([^"]+)"/.exec(readSite(`assets/${script}`)) ?? [];
  return JSON.parse(inflateSync(Buffer.from(packed, 'base64')).toString()) as unknown;
}
