import { defaultOf } from '../scenes/settingValues.ts';
import { opening, scenes } from '../scenes/scenes.ts';
import { compress, decompress } from './compress.ts';
import type { View } from './view.ts';

/** The length of an address above which servers and messengers begin to cut. */
const maxLength = 6000;

/** The view that an address names; the opening scene if it names none. */
export async function readAddress({ search, hash }: Pick<Location, 'search' | 'hash'>): Promise<View> {
  const query = new URLSearchParams(search);
  const packed = new URLSearchParams(hash.slice(1)).get('code');
  const code = packed === null ? undefined : await decompress(packed);
  const url = query.get('url');
  const id = query.get('scene');
  if (url !== null || id === 'route') {
    const method = query.get('method') === 'POST' ? 'POST' : 'GET';
    return { type: 'route', route: { url: url ?? '', method, body: query.get('body') ?? '' }, code };
  }
  if (id === 'recording') return { type: 'recording', code };
  const scene = scenes.find((candidate) => candidate.id === id) ?? opening;
  return { type: 'scene', scene: scene.id, chosen: Object.fromEntries(query), code };
}

/**
 * The address of a view, relative to the page: only what differs from the defaults.
 *
 * @returns `isWhole` is false if the code is too long for an address, which then leaves it out.
 */
export async function addressOf(view: View): Promise<{ readonly address: string; readonly isWhole: boolean }> {
  const query = queryOf(view).toString();
  const start = query === '' ? location.pathname : `?${query}`;
  if (view.code === undefined) return { address: start, isWhole: true };
  const address = `${start}#code=${await compress(view.code)}`;
  return address.length <= maxLength ? { address, isWhole: true } : { address: start, isWhole: false };
}

function queryOf(view: View): URLSearchParams {
  const query = new URLSearchParams();
  if (view.type === 'route') {
    const { url, method, body } = view.route;
    query.set(url === '' ? 'scene' : 'url', url === '' ? 'route' : url);
    if (method === 'POST') query.set('method', method);
    if (body !== '' && method === 'POST') query.set('body', body);
  } else if (view.type === 'recording') query.set('scene', 'recording');
  else {
    const scene = scenes.find(({ id }) => id === view.scene) ?? opening;
    const values = scene.settings.flatMap((setting) => {
      const value = view.chosen[setting.id];
      return value === undefined || value === defaultOf(setting) ? [] : [[setting.id, value] as const];
    });
    if (scene !== opening || values.length > 0) query.set('scene', scene.id);
    for (const [id, value] of values) query.set(id, value);
  }
  return query;
}
