// What an event of an interaction costs: read by the parts that any reader has, by the SDK, and by the library's source.
import { atMost } from './atMost.mjs';
import { readerCost } from './readerCost.mjs';

const ways = {
  floor: './readers/interactionFloor.mjs',
  sdk: './readers/interactionSdk.mjs',
  fromInteraction: './readers/fromInteraction.mjs',
};

/** Rows of `{ packet, way, micros, ofSdk, ofFloor, rss, target }`. */
export async function interactionCost(options) {
  const rows = await readerCost(ways, { ofSdk: 'sdk', ofFloor: 'floor' }, options);
  return rows.map((row) => ({
    ...row,
    target:
      row.way === 'fromInteraction' && !row.failure
        ? atMost(1.5, row.ofFloor, 'x the floor', 'code that is compiled late; less with more events')
        : '',
  }));
}
