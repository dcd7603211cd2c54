// What a chunk costs in other clients of Gemini, beside the library with its seven operators on: in the first reply of a
// process. The others live in a folder of their own, which nobody installs by accident.
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { atMost } from './atMost.mjs';
import { readerCost } from './readerCost.mjs';

const inRoot = new URL('../../node_modules/', import.meta.url);
const inPeers = new URL('./peers/node_modules/', import.meta.url);
const ours = 'rxjs-gemini, seven operators on';

/**
 * Rows of `{ packet, way, micros, wall, ofFloor, ofFirebase, rss, target }`; one that says how to install the peers if
 * they are not there.
 */
export async function peerCost(options) {
  if (!existsSync(inPeers)) return [{ peers: 'not installed: run `npm ci --prefix test/bench/peers`' }];
  const ways = {
    floor: './readers/floor.mjs',
    [named('@google/genai', inRoot)]: './readers/sdk.mjs',
    [ours]: './readers/pipeline.mjs',
    [named('firebase')]: './peers/firebase.mjs',
    [named('@langchain/google-genai')]: './peers/langchain.mjs',
    [named('@genkit-ai/google-genai')]: './peers/genkit.mjs',
    [named('ai')]: './peers/ai.mjs',
    [named('@tanstack/ai-gemini')]: './peers/tanstack.mjs',
  };
  const ratios = { ofFloor: 'floor', ofFirebase: named('firebase') };
  const rows = await readerCost(ways, ratios, { ...options, warmUp: 0 });
  // firebase/ai is the fastest of the others.
  return rows.map((row) => ({
    ...row,
    target: row.way === ours ? atMost(limit, row.ofFirebase, 'x firebase/ai') : '',
  }));
}

/** From Node 22 on, the floor alone is at two thirds of firebase/ai. */
const limit = Number(process.versions.node.split('.')[0]) < 22 ? 0.667 : 1.1;

/** A package with the version that is installed. */
function named(name, folder = inPeers) {
  const { version } = JSON.parse(readFileSync(new URL(`${name}/package.json`, folder)));
  return `${name} ${version}`;
}
