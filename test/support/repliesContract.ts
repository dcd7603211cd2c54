import { randomUUID } from 'node:crypto';
import { take } from 'rxjs';
import { expect, it } from 'vitest';
import { GeminiError } from '../../src/errors/geminiError.js';
import type { Replies } from '../../src/replies/createReplies.js';
import { checkFollowed, drivenReply, errorOf, eventually, textOfAll, watch } from './followedReply.js';

/** The tests that every registry of replies passes. */
export function testRepliesContract(make: () => Replies): void {
  const kindOf = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (cause: unknown) => (cause as GeminiError).kind,
    );

  it('subscribes to a reply without a reader, and a reader that leaves stops nothing', async () => {
    const replies = make();
    const id = randomUUID();
    const { reply$, chunk$, say, count } = drivenReply();
    await replies.start(id, reply$);
    await eventually(() => chunk$.observed);
    say('a');
    const first = watch(replies.follow(id));
    const second = watch(replies.follow(id));
    await eventually(() => textOfAll(first.values) === 'a' && textOfAll(second.values) === 'a');
    first.unsubscribe();
    say('b');
    chunk$.complete();
    await second.ended;
    expect(count).toEqual({ subscribed: 1, closed: 1 });
    expect(textOfAll(second.values)).toBe('ab');
    expect(textOfAll((await watch(replies.follow(id)).ended).values)).toBe('ab');
  });

  it('resumes after a position, also with the list of a header', async () => {
    const replies = make();
    const id = randomUUID();
    const { reply$, chunk$, say } = drivenReply();
    await replies.start(id, reply$);
    await eventually(() => chunk$.observed);
    const cut = watch(replies.follow(id));
    await eventually(() => cut.values.length === 1);
    say('a', 'b', 'c');
    await eventually(() => textOfAll(cut.values) === 'abc');
    const sent = cut.values.slice(1).map(({ position: _, ...rest }) => rest);
    const rest = cut.values.map(({ position }) => watch(replies.follow(id, { after: ['x', position!] })));
    say('d');
    chunk$.complete();
    await Promise.all([cut.ended, ...rest.map(({ ended }) => ended)]);
    const all = [...sent, ...cut.values.slice(-1).map(({ position: _, ...last }) => last)];
    rest.forEach((one, start) => expect(checkFollowed(all, one, start)).toBe(4));
    expect((await watch(replies.follow(id, { after: cut.values.at(-1)!.position })).ended).values).toEqual([]);
    expect(errorOf(await watch(replies.follow(id, { after: 'x' })).ended)).toMatchObject({
      kind: 'truncated',
      retryable: false,
    });
    for (const after of ['', null]) expect((await watch(replies.follow(id, { after })).ended).isComplete).toBe(true);
  });

  it('refuses the id of a running reply, and ids of a wrong length', async () => {
    const replies = make();
    const id = randomUUID();
    const { reply$ } = drivenReply();
    await replies.start(id, reply$, { owner: 'ann' });
    for (const wrong of [id, '', 'x'.repeat(257)]) {
      const other = drivenReply();
      expect(await kindOf(replies.start(wrong, other.reply$))).toBe('invalid_request');
      expect(other.count.subscribed).toBe(0);
    }
    await replies.stop(id, { owner: 'ann' });
  });

  it('hides the reply of an owner from others, and a reply without an owner from nobody', async () => {
    const replies = make();
    const [owned, open] = [randomUUID(), randomUUID()];
    const one = drivenReply();
    const other = drivenReply();
    const owner = randomUUID();
    await replies.start(owned, one.reply$, { owner });
    await replies.start(open, other.reply$);
    await eventually(() => one.chunk$.observed && other.chunk$.observed);
    for (const stranger of [{ owner: 'bob' }, {}]) {
      expect(errorOf(await watch(replies.follow(owned, stranger)).ended).kind).toBe('not_found');
      expect(await replies.stop(owned, stranger)).toBe(false);
      expect((await watch(replies.follow(open, stranger).pipe(take(1))).ended).isComplete).toBe(true);
    }
    await eventually(async () => (await replies.list({ owner })).length === 1);
    expect((await replies.list({ owner })).map(({ id, chars }) => [id, chars])).toEqual([[owned, 0]]);
    expect(await replies.stop(owned, { owner, reason: 'enough' })).toBe(true);
    expect(await replies.stop(open, { owner: 'bob' })).toBe(true);
    await eventually(() => one.count.closed === 1 && other.count.closed === 1);
    const stopped = await watch(replies.follow(owned, { owner })).ended;
    expect(stopped.isComplete).toBe(true);
    expect(stopped.values.at(-1)?.cancelled?.reason).toBe('enough');
    expect(await replies.stop(owned, { owner })).toBe(false);
    await eventually(async () => (await replies.list({ owner })).length === 0);
  });

  it('ends followers as the reply ends', async () => {
    const replies = make();
    const id = randomUUID();
    const { reply$, chunk$, say } = drivenReply();
    await replies.start(id, reply$);
    await eventually(() => chunk$.observed);
    const follower = watch(replies.follow(id));
    await eventually(() => follower.values.length === 1);
    say('a');
    chunk$.error(new GeminiError('Busy', { kind: 'rate_limit', retryAfter: 250 }));
    await follower.ended;
    for (const one of [follower, await watch(replies.follow(id)).ended]) {
      expect(errorOf(one)).toMatchObject({ kind: 'rate_limit', retryAfter: 250 });
      expect(textOfAll(one.values)).toBe('a');
    }
  });

  it('closes: all requests, their followers as a server that shuts down, and later starts', async () => {
    const replies = make();
    const id = randomUUID();
    const { reply$, chunk$, say, count } = drivenReply();
    await replies.start(id, reply$);
    await eventually(() => chunk$.observed);
    const follower = watch(replies.follow(id));
    await eventually(() => follower.values.length === 1);
    say('a');
    const later = drivenReply();
    const starting = kindOf(replies.start(randomUUID(), later.reply$));
    await replies.close();
    await follower.ended;
    await starting;
    expect(errorOf(follower)).toMatchObject({ kind: 'server', retryable: true });
    expect(count.closed).toBe(1);
    expect(later.chunk$.observed).toBe(false);
    expect(await kindOf(replies.start(randomUUID(), later.reply$))).toBe('server');
    await replies.close();
  });
}
