import { concat, map, of, timer } from 'rxjs';
import type { ChatTool } from 'rxjs-gemini';
import { expect } from 'vitest';

type Run = ChatTool['run'];

const later = (n: unknown) => timer(1).pipe(map(() => ({ got: n })));

/** Tools of a server, each with its own way to answer a call; the call of `deny` is not approved. */
const runs: Readonly<Record<string, Run>> = {
  ok: ({ n }) => ({ got: n }),
  fail: ({ n }) => {
    throw new Error(`bad ${String(n)}`);
  },
  slow: ({ n }) => later(n),
  progress: ({ n }) => concat(of({ half: n }), later(n)),
  list: ({ n }) => [n],
  deny: () => 1,
};

export const toolNames = Object.keys(runs);

/** The options of `answerContents` for these tools, and for `browser`, which runs in the client. */
export const toolOptions = {
  tools: Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, { declaration: {}, run }])),
  declaredTools: [{ functionDeclarations: [{ name: 'browser' }] }],
  approve: ({ name }: { readonly name?: string | undefined }) => of(name !== 'deny'),
};

/** Returns the response to a call of a tool. */
export function responseOf(name: string, n: number): unknown {
  switch (name) {
    case 'browser':
      return { browser: n };
    case 'list':
      return { output: [n] };
    case 'fail':
    case 'deny':
      return { error: expect.any(String) as string };
    default:
      return { got: n };
  }
}
