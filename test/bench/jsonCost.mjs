// What structured output costs while it streams, beside one `JSON.parse` of the same document: at 37 KB in 3 000 deltas,
// and at ten times that, where what is linear keeps its ratio.
import { JSONParser } from '@streamparser/json';
import { parse } from 'partial-json';
import { from, lastValueFrom } from 'rxjs';
import { jsonAt, jsonTextAt, parseJson } from 'rxjs-gemini/json';
import { chunk } from 'rxjs-gemini/testing';
import { median } from './median.mjs';

/** Each in `(pieces, chunks) => anything`: what has to be done for the deltas of one document. */
const ways = {
  "parseJson(), each chunk's value left alone": (_, chunks) => lastValueFrom(from(chunks).pipe(parseJson())),
  "parseJson(), each chunk's value read": (_, chunks) => {
    let read;
    from(chunks)
      .pipe(parseJson())
      .subscribe(({ value }) => (read = value));
    return read;
  },
  "jsonAt('$.items[*]')": (_, chunks) => lastValueFrom(from(chunks).pipe(jsonAt('$.items[*]'))),
  "jsonTextAt('$.title')": (_, chunks) => lastValueFrom(from(chunks).pipe(jsonTextAt('$.title'))),
  '@streamparser/json, partial values': (pieces) => {
    const parser = new JSONParser({ emitPartialTokens: true, emitPartialValues: true, paths: ['$'] });
    let last;
    parser.onValue = ({ value }) => (last = value);
    for (const piece of pieces) parser.write(piece);
    return last;
  },
};

/** It takes minutes at ten times the size. */
const shortWays = {
  'partial-json, the text so far at each delta': (pieces) => {
    let text = '';
    let last;
    for (const piece of pieces) last = parse((text += piece));
    return last;
  },
};

/** Rows of `{ way, 'x at 37 KB', 'x at 370 KB' }`: times one `JSON.parse`. */
export async function jsonCost({ rounds }) {
  const [short, long] = [documentOf(237), documentOf(2_370)];
  const rows = [];
  for (const [way, run] of Object.entries(ways)) {
    rows.push({ way, 'x at 37 KB': await ratio(run, short, rounds), 'x at 370 KB': await ratio(run, long, rounds) });
  }
  for (const [way, run] of Object.entries(shortWays)) rows.push({ way, 'x at 37 KB': await ratio(run, short, 1, 0) });
  return rows;
}

/** The median of rounds in which both do the same document. */
async function ratio(run, { text, pieces, chunks }, rounds, warmUps = 30) {
  const ratios = [];
  for (let round = -warmUps; round < rounds * 4; round++) {
    const whole = await time(() => JSON.parse(text));
    const streamed = await time(() => run(pieces, chunks));
    if (round >= 0) ratios.push(streamed / whole);
  }
  return median(ratios);
}

async function time(run) {
  const start = process.hrtime.bigint();
  await run();
  return Number(process.hrtime.bigint() - start);
}

/** A list of recipes in deltas of 12 or 13 characters, as a model writes it. */
function documentOf(count) {
  const items = Array.from({ length: count }, (_, id) => ({
    id,
    name: `Recipe number ${id}`,
    tags: ['quick', 'vegan'],
    steps: ['Chop the onions finely.', 'Fry them in butter until golden.'],
    rating: 4.5,
    vegetarian: true,
  }));
  const text = JSON.stringify({ title: 'A list of recipes', items });
  const pieces = text.match(/[^]{1,12}/g);
  return { text, pieces, chunks: pieces.map((piece) => chunk(piece)) };
}
