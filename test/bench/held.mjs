// What a long reply holds on its way through seven operators, after GC and just before its end, beside the size of its
// text: one byte a character, as an engine keeps latin1. Each run is a process of its own.
import { atMost } from './atMost.mjs';
import { runClient } from './runClient.mjs';

// How much of a text is still in pieces depends on its length: the last is the worst case.
const replies = [
  { chunks: 100_000, characters: 12 },
  { chunks: 100_000, characters: 10 },
  { chunks: 104_850, characters: 5 },
];

/** Rows of `{ chunks, characters, ofText, target }`: the characters of a chunk, and the heap as a multiple of the text. */
export function held() {
  return replies.map(({ chunks, characters }) => {
    const { ofText } = runClient('heldClient.mjs', chunks, characters);
    return { chunks, characters, ofText, target: atMost(4, ofText) };
  });
}
