// Reads a long reply through seven operators, in a process of its own, and stops before its end. Prints what all of them
// and the last snapshot hold then, for each character of the text.
import process from 'node:process';
import { Observable } from 'rxjs';
import { toChunk } from 'rxjs-gemini';
import { sevenOperators } from './sevenOperators.mjs';

const [chunks, characters] = process.argv.slice(2).map(Number);
const letters = 'abcdefghijklmnopqrstuvwxyz'.slice(0, characters);

// The code and what it keeps for itself is no part of the reply.
hold(1000);
const before = heap();
const held = hold(chunks);
const growth = heap() - before;
const { length } = held.view.text;
if (length !== chunks * characters) throw new Error(`Lost text: ${length} characters are left`);
process.stdout.write(JSON.stringify({ ofText: growth / length }));
process.exit();

/** What a subscriber has in hand: the subscription, and the last snapshot. */
function hold(count) {
  const held = { view: undefined, subscription: undefined };
  let model;
  held.subscription = new Observable((destination) => (model = destination))
    .pipe(sevenOperators(10))
    .subscribe((view) => (held.view = view));
  for (let index = 0; index < count; index++) model.next(toChunk(JSON.parse(response(index))));
  return held;
}

function response(index) {
  const candidates = [{ content: { parts: [{ text: letters }], role: 'model' }, index: 0 }];
  const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: index * 3, totalTokenCount: 10 + index * 3 };
  return JSON.stringify({ candidates, usageMetadata, modelVersion: 'gemini-2.5-flash', responseId: 'abc' });
}

function heap() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
