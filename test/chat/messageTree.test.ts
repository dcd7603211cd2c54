import { expect, it } from 'vitest';
import { createMessage } from '../../src/chat/messageFields.js';
import { MessageTree } from '../../src/chat/messageTree.js';
import { growth, linear } from '../support/growth.js';

function treeOf(...edges: [parent: string | undefined, id: string][]): MessageTree {
  const tree = new MessageTree();
  for (const [parent, id] of edges) {
    tree.add(createMessage(id, 'user', [{ text: id }], 'complete'), parent);
    tree.selectAt(parent, id);
  }
  return tree;
}
const path = (tree: MessageTree) => tree.path.map(({ id }) => id).join(' ');

it('follows the selected branches, and remembers the selection below', () => {
  const tree = treeOf([undefined, 'a'], ['a', 'b'], ['b', 'c'], ['a', 'd'], ['d', 'e'], [undefined, 'f']);
  expect(path(tree)).toBe('f');
  tree.select('b');
  expect(path(tree)).toBe('a b c');
  tree.select('a');
  expect(path(tree)).toBe('a b c');
  tree.select('e');
  expect(path(tree)).toBe('a d e');
  expect(tree.branches('d').map(({ id }) => id)).toEqual(['b', 'd']);
  expect(tree.pathTo('c').map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

it('removes a message with all that follow it, and selects another branch', () => {
  const tree = treeOf([undefined, 'a'], ['a', 'b'], ['a', 'c'], ['c', 'd']);
  tree.remove('c', 'b');
  expect(path(tree)).toBe('a b');
  expect([tree.get('c'), tree.get('d'), tree.all.length]).toEqual([undefined, undefined, 2]);
  tree.remove('b', 'gone');
  expect(path(tree)).toBe('a');
});

it('returns the same path until a message changes, and then a new path', () => {
  const tree = treeOf([undefined, 'a'], ['a', 'b']);
  const before = tree.path;
  expect(tree.path).toBe(before);
  tree.replace({ ...tree.get('b')!, text: 'B' });
  expect(tree.path.map(({ text }) => text)).toEqual(['a', 'B']);
  expect(tree.path[0]).toBe(before[0]);
  expect(before[1]?.text).toBe('b');
});

it('handles branches and a path of messages in linear time', async () => {
  expect(await growth(5_000, growAndEmpty)).toBeLessThan(linear);
});

function growAndEmpty(size: number): void {
  const tree = new MessageTree();
  for (let index = 0; index < size; index++) {
    tree.add(createMessage(`branch ${index}`, 'user', [], 'complete'), undefined);
    tree.add(createMessage(`${index}`, 'user', [], 'complete'), index === 0 ? 'branch 0' : `${index - 1}`);
  }
  expect([tree.branches('branch 7').length, tree.pathTo(`${size - 1}`).length]).toEqual([size, size + 1]);
  for (let index = size - 1; index >= 0; index--) tree.remove(`branch ${index}`, undefined);
  expect(tree.all).toEqual([]);
}
