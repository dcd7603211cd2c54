import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isKind, isRetryableKind } from '../../src/errors/kinds.js';
import { root } from './docComments.js';

describe('llms.txt', () => {
  const text = readFileSync(`${root}llms.txt`, 'utf8');
  const lists = text.slice(text.indexOf('\n## '));
  const entries = [...lists.matchAll(/^- (.+)$/gm)].map(([, entry = '']) => entry);
  const paths = entries.map((entry) => /^\[[^\]]+\]\(([^)]+)\): \S.*\.$/.exec(entry)?.[1]);

  it('begins with a title and a summary, as the convention wants it', () => {
    expect(text).toMatch(/^# rxjs-gemini\n\n(?:> .+\n)+\n/);
    expect(text.match(/^# /gm)).toHaveLength(1);
  });

  it('has in its sections only links, each with a sentence', () => {
    expect(lists.split('\n').filter((line) => !/^(?:## .+|- .+|)$/.test(line))).toEqual([]);
    expect(entries.filter((_, index) => paths[index] === undefined)).toEqual([]);
  });

  it('links to each page of the docs once, and to nothing that does not exist', () => {
    const pages = readdirSync(`${root}docs`)
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`);
    const linked = paths.filter((path) => path?.startsWith('docs/'));
    expect(linked.sort()).toEqual([...pages].sort());
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => !existsSync(root + String(path)))).toEqual([]);
  });

  it('names the skill', () => {
    expect(paths).toContain('SKILL.md');
  });
});

describe('SKILL.md', () => {
  const text = readFileSync(`${root}SKILL.md`, 'utf8');

  it('has the front matter that agents load, within its limits', () => {
    const [, name, description = ''] = /^---\nname: (\S+)\ndescription:\s+([^]+?)\n---\n/.exec(text) ?? [];
    expect(name).toBe('rxjs-gemini');
    expect(description.length).toBeLessThan(1024);
    expect(description, 'a colon and a space would begin a map in YAML').not.toMatch(/: |<|>/);
  });

  it('states of each kind of error whether it is retryable', () => {
    const rows = [...text.matchAll(/^\| (`[^|]+)\| (yes|no)\b/gm)].flatMap(([, kinds = '', retryable]) =>
      [...kinds.matchAll(/`(\w+)`/g)].map(([, kind = '']) => [kind, retryable] as const),
    );
    const kinds = rows.flatMap(([kind, retryable]) => (isKind(kind) ? [{ kind, retryable }] : []));
    const page = readFileSync(`${root}docs/errors.md`, 'utf8')
      .split(/\n## /)
      .find((part) => part.startsWith('Kinds\n'));
    const documented = [...(page ?? '').matchAll(/^\| `(\w+)` /gm)].map(([, kind]) => kind).filter(isKind);
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(documented.sort());
    expect(kinds.filter(({ kind, retryable }) => isRetryableKind(kind) !== (retryable === 'yes'))).toEqual([]);
  });

  it('is short enough to be read as a whole', () => {
    expect(text.trim().split('\n').length).toBeLessThanOrEqual(270);
  });
});
