// What a chunk costs: read by the least code that can, by the SDK, by the library's source, and through its operators.
import { atMost } from './atMost.mjs';
import { readerCost } from './readerCost.mjs';

const ways = {
  floor: './readers/floor.mjs',
  sdk: './readers/sdk.mjs',
  fromGemini: './readers/fromGemini.mjs',
  pipeline: './readers/pipeline.mjs',
};

/** What is to be reached, by the number of events in a packet. */
const targets = {
  fromGemini: ({ packet, ofFloor }) => [atMost(packet === 1 ? 1.2 : 1.4, ofFloor, 'x the floor')],
};

/** Rows of `{ packet, way, micros, wall, ofSdk, ofFloor, rss, target }`. */
export async function chunkCost(options) {
  const rows = await readerCost(ways, { ofSdk: 'sdk', ofFloor: 'floor' }, options);
  return rows.map((row) => ({ ...row, target: row.failure ? '' : (targets[row.way]?.(row) ?? []).join('; ') }));
}
