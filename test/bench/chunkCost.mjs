// What a chunk costs: read by the least code that can, by the SDK, by the library's source, and through its operators.
import { atMost } from './atMost.mjs';
import { readerCost } from './readerCost.mjs';

const ways = {
  floor: './readers/floor.mjs',
  sdk: './readers/sdk.mjs',
  fromGemini: './readers/fromGemini.mjs',
  pipeline: './readers/pipeline.mjs',
};

/** What is to be reached, and what stands in the way where it is not. */
const targets = {
  fromGemini: ({ ofSdk, ofFloor }) => [
    atMost(0.2, ofSdk, 'x the SDK', 'the floor, which only parses, is above or near it too'),
    atMost(1.5, ofFloor, 'x the floor'),
  ],
  pipeline: ({ ofSdk }) => [
    atMost(
      0.3,
      ofSdk,
      'x the SDK',
      'in a reply of 0.3 s half of it is code that is not compiled yet: see `--chunks 100000`',
    ),
  ],
};

/** Rows of `{ packet, way, micros, ofSdk, ofFloor, rss, target }`. */
export async function chunkCost(options) {
  const rows = await readerCost(ways, { ofSdk: 'sdk', ofFloor: 'floor' }, options);
  return rows.map((row) => ({ ...row, target: row.failure ? '' : (targets[row.way]?.(row) ?? []).join('; ') }));
}
