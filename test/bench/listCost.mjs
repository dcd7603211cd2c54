// What it costs to read the value of `parseJson` while a list of 50 000 streams: at each delta, beside the floor, which
// is one copy of the open containers at each read; and through `bufferChunks`, as a view does.
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { from, Subject } from 'rxjs';
import { bufferChunks } from 'rxjs-gemini';
import { jsonAt, parseJson } from 'rxjs-gemini/json';
import { chunk } from 'rxjs-gemini/testing';
import { atMost } from './atMost.mjs';
import { median } from './median.mjs';

const count = 50_000;
/** Deltas between two turns of the event loop, and the pause in ms: 12 500 deltas a second. */
const [burst, pause] = [500, 40];
const documents = {
  'numbers, one a delta': { item: (id) => id, cut: eachItem },
  'texts, 12 characters a delta': { item: (id) => `item ${id}`, cut: (items) => everyFew(items, /[^]{1,12}/g) },
  'objects, 24 characters a delta': {
    item: (id) => ({ id, name: `item ${id}` }),
    cut: (items) => everyFew(items, /[^]{1,24}/g),
  },
};

/** Rows of `{ list, deltas, 'floor ms', 'read ms', 'x of the floor', target, 'buffered ms', 'jsonAt ms' }`: of CPU. */
export async function listCost({ rounds }) {
  const rows = [];
  for (const [list, { item, cut }] of Object.entries(documents)) {
    const items = Array.from({ length: count }, (_, id) => item(id));
    const pieces = cut(items);
    const chunks = pieces.map((piece) => chunk(piece));
    const steps = stepsOf(items, pieces);
    const times = { floor: [], read: [], buffered: [], elements: [] };
    for (let round = 0; round < Math.ceil(rounds / 2); round++) {
      const figures = {
        floor: await cpu(() => floor(steps)),
        read: await cpu(() => readEach(chunks)),
        buffered: await cpu(() => readBuffered(chunks)),
        elements: await cpu(() => from(chunks).pipe(jsonAt('$[*]')).subscribe()),
      };
      for (const [name, ms] of Object.entries(figures)) times[name].push(ms);
    }
    const [floorMs, readMs, bufferedMs, elementsMs] = Object.values(times).map(median);
    rows.push({
      list,
      deltas: chunks.length,
      'floor ms': floorMs,
      'read ms': readMs,
      'x of the floor': readMs / floorMs,
      'target of x': atMost(1.2, readMs / floorMs),
      'buffered ms': bufferedMs,
      'target of buffered': atMost(100, bufferedMs, 'ms'),
      "jsonAt('$[*]') ms": elementsMs,
    });
  }
  return rows;
}

/** The floor: the list as it is open, and at each delta one copy of that list and of the object that is open in it. */
function floor(steps) {
  const list = [];
  let read;
  for (const { added, isOpen } of steps) {
    for (const child of added) list.push(child);
    read = list.slice();
    if (isOpen) read[read.length - 1] = { ...read.at(-1) };
  }
  return read;
}

/** The items that begin in each piece, and whether the last of them is an object that is open after the piece. */
function stepsOf(items, pieces) {
  let length = 0;
  /** The offsets of the end of the pieces, and of the end of the items that have begun. */
  let [end, itemsEnd] = [0, 0];
  return pieces.map((piece) => {
    const first = length;
    end += piece.length;
    while (length < items.length && itemsEnd + 1 < end) itemsEnd += JSON.stringify(items[length++]).length + 1;
    return { added: items.slice(first, length), isOpen: itemsEnd > end && typeof items[length - 1] === 'object' };
  });
}

function readEach(chunks) {
  let read;
  from(chunks)
    .pipe(parseJson())
    .subscribe(({ value }) => (read = value));
  return read;
}

/** Reads as a view does, from a source that takes its time. */
async function readBuffered(chunks) {
  let read;
  const source = new Subject();
  source.pipe(bufferChunks({ maxWait: 50 }), parseJson()).subscribe(({ value }) => (read = value));
  for (let at = 0; at < chunks.length; at += burst) {
    for (const one of chunks.slice(at, at + burst)) source.next(one);
    await sleep(pause);
  }
  source.complete();
  return read;
}

/** The CPU time of a run, in ms. */
async function cpu(run) {
  const start = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function eachItem(items) {
  const written = items.map((item) => JSON.stringify(item));
  return written.map((text, at) => `${at === 0 ? '[' : ','}${text}${at === written.length - 1 ? ']' : ''}`);
}

function everyFew(items, few) {
  return JSON.stringify(items).match(few);
}
