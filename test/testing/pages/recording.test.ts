import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { fromGemini, record, replay, toText } from 'rxjs-gemini';
import { fakeGemini } from 'rxjs-gemini/testing';
import { expect, it } from 'vitest';

it('plays the recording of a reply', async () => {
  // Once, with the real client in place of the fake one: the file is the golden recording that you commit.
  const path = join(mkdtempSync(join(tmpdir(), 'replies-')), 'hello.jsonl');
  const ai = fakeGemini(['Hello, world.']);
  const lines: string[] = [];
  const recorded$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Hi' }).pipe(
    record({ write: (text) => lines.push(text) }),
  );
  await lastValueFrom(recorded$);
  writeFileSync(path, lines.join(''));

  // In each run: no client. The recorded pace is `speed: 1`.
  const reply$ = replay(readFileSync(path, 'utf8'), { speed: Infinity });
  expect(await lastValueFrom(reply$.pipe(toText(), toArray()))).toEqual(['Hello, ', 'world.']);
});
