import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from './docComments.js';

/** A changeset of one change: the package, the kind of its version, and sentences for the changelog. */
const changeset = /^---\n(['"])rxjs-gemini\1: (?:patch|minor|major)\n---\n\n\S[^]*\.\n$/;

it('has a sentence for users in each changeset', () => {
  const files = readdirSync(`${root}.changeset`).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(files.filter((name) => !changeset.test(readFileSync(`${root}.changeset/${name}`, 'utf8')))).toEqual([]);
  expect("---\n'rxjs-gemini': patch\n---\n\n`toText` is faster.\n").toMatch(changeset);
  expect("---\n'rxjs-gemini': patch\n---\n").not.toMatch(changeset);
});

it('has a section for the version of the package in the changelog', () => {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { readonly version: string };
  const [first] = /^## (.+)$/m.exec(readFileSync(`${root}CHANGELOG.md`, 'utf8'))?.slice(1) ?? [];
  expect(first).toBe(version);
});
