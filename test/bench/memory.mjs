import process from 'node:process';

/** What the process holds after a collection, in bytes: `{ heap, rss }`. */
export async function memory() {
  // What was closed is let go of by finalizers, which want turns of the loop.
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}
