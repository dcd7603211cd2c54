// Holds many running replies, one way, in a process of its own. Prints what each of them holds after eleven chunks, in
// bytes: of the heap after GC, external memory included, and of the resident memory.
import process from 'node:process';
import { memory } from './memory.mjs';
import { replyReader } from './replyReaders.mjs';

const [way, origin, replies] = process.argv.slice(2).map((arg, index) => (index < 2 ? arg : Number(arg)));
const read = replyReader(way, origin);
const chunks = 10;
/** How many replies open at once: the kernel has a queue of 4096 for connections that wait to be accepted. */
const batch = 500;

// The code, and what a process has once.
await run(100);
const before = await memory();
await run(replies);
const after = await memory();
const share = (name) => (after[name] - before[name]) / replies;
process.stdout.write(JSON.stringify({ heap: share('heap'), rss: share('rss') }));
process.exit();

/** Resolves once so many replies have all chunks that the server writes; they stay open. */
async function run(replies) {
  let seen = 0;
  let goal = 0;
  let onGoal;
  const readOne = () =>
    read(() => {
      if (++seen === goal) onGoal();
    });
  const seenAll = (count) => {
    goal = count;
    return new Promise((resolve) => (onGoal = resolve));
  };
  for (let open = 0; open < replies; open += batch) {
    const count = Math.min(batch, replies - open);
    const areOpen = seenAll(open + count);
    for (let index = 0; index < count; index++) void readOne();
    await areOpen;
  }
  const areFull = seenAll(replies * (1 + chunks));
  await fetch(`${origin}/begin?chunks=${chunks}&period=${replies / 5}&replies=${replies}&isEndless=1`);
  await areFull;
}
