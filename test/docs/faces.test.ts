import { readFileSync } from 'node:fs';
import * as main from 'rxjs-gemini';
import * as json from 'rxjs-gemini/json';
import * as operators from 'rxjs-gemini/operators';
import { describe, expect, it } from 'vitest';
import { root } from './docComments.js';
import { exportedFunctions } from './examples.js';

const functions = exportedFunctions();
/** Functions for programs; the others serve tests, or read chunks and errors. */
const tools = functions.filter(({ file }) => !/^src\/(chunk|errors|testing|emulator|live)\//.test(file));

describe('the entry rxjs-gemini/operators', () => {
  const onPeers = ['publishReply', 'traceReply'];

  it('exports every operator but those that need an optional peer', () => {
    const expected = functions.filter(({ isPipeable, name }) => isPipeable && !onPeers.includes(name));
    const missing = expected.map(({ name }) => name).filter((name) => !(name in operators));
    expect(missing, 'each needs an export in operators/index.ts').toEqual([]);
    for (const name of onPeers) expect(operators).not.toHaveProperty(name);
  });

  it('exports nothing that no other entry exports', () => {
    const others = { ...main, ...json };
    const missing = Object.keys(operators).filter((name) => !(name in others));
    expect(missing, 'each needs an export in src/index.ts or src/json.ts').toEqual([]);
  });
});

describe('the README', () => {
  const readme = readFileSync(`${root}README.md`, 'utf8');

  it('names every operator, source, sink, and the other functions for programs', () => {
    const missing = tools.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(readme));
    expect(missing, 'each needs a row in a table of the README').toEqual([]);
  });
});
