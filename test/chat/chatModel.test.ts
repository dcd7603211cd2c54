import fc, { type Arbitrary } from 'fast-check';
import { finalize, firstValueFrom, NEVER, of, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import type { ChatJson } from '../../src/chat/chatJson.js';
import type { WhenCut } from '../../src/chat/chatOptions.js';
import type { GeminiContent } from '../../src/chunk/contentsOf.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { blockedChunk, chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';
import { functionBackend, clientBackend, interactionsBackend } from './chatBackends.js';
import { both, ChatModel, hanging, maxSteps, refusal, wordsIn, wordsOf, type Ending, type Step } from './chatModel.js';

const ending: Arbitrary<Ending> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('answers' as const) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'fails',
      'breaks',
      'is cancelled',
      'is left',
      'is left at once',
      'says nothing',
      'is incomplete',
      'hangs in a tool',
      'calls on',
      'calls the caller',
      'calls both',
      'is refused',
    ),
  },
);
const names = fc.array(fc.constantFrom('lookUp', 'throws', 'denied', 'bigint', 'picture'), {
  minLength: 1,
  maxLength: 3,
});
const reply = {
  steps: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(names, { maxLength: 2 }) },
  ),
  ending,
};
const step: Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), ...reply }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('regenerate' as const), ...reply }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), at: fc.nat(), ...reply }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('select' as const), at: fc.nat(), branch: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
);

const calling = (called: readonly string[], withIds: boolean): FakeAnswer => [
  partsChunk(
    called.map((name, index) => ({ functionCall: { ...(withIds && { id: `${name}-${index}` }), name, args: {} } })),
  ),
  finishChunk(),
];

/** The replies of one exchange. */
function answersTo(steps: readonly (readonly string[])[], ending: Ending, answer: string): FakeAnswer[] {
  const calls = steps.map((called, index) => calling(called, index % 2 === 0));
  const half = chunk(`half of ${answer}`);
  switch (ending) {
    case 'answers':
      return [
        ...calls,
        [chunk(answer.slice(0, 3)), chunk(answer.slice(3)), partsChunk([{ thoughtSignature: 'S' }]), finishChunk()],
      ];
    case 'is left at once':
      return [];
    case 'is incomplete':
      return [...calls, [chunk(answer), finishChunk('MAX_TOKENS')]];
    case 'says nothing':
      return [...calls, [finishChunk()]];
    case 'fails':
      return [...calls, { error: new TypeError('fetch failed') }];
    case 'is refused':
      return [...calls, [blockedChunk()]];
    case 'breaks':
      return [...calls, { chunks: [half], errorAfter: { chunks: 1, error: new TypeError('terminated') } }];
    case 'calls the caller':
      return [...calls, calling(['callers'], true)];
    case 'calls both':
      return [...calls, calling(both, true)];
    case 'hangs in a tool':
      return [...calls, calling(hanging, true)];
    case 'calls on':
      return [...calls, ...Array.from({ length: maxSteps - steps.length }, () => calling(['lookUp'], true))];
    default:
      return [...calls, { chunks: [half], stallAfter: { chunks: 1 } }];
  }
}

/** The chat as it is saved. */
const copyOf = (chat: GeminiChat) => JSON.parse(JSON.stringify(chat)) as ChatJson;

/** Subscribes, ends the reply as planned, and waits for its end. */
async function play(reply$: Observable<GeminiChunk>, chat: GeminiChat, ending: Ending): Promise<void> {
  if (ending === 'is left at once') {
    reply$.subscribe().unsubscribe();
    return;
  }
  await new Promise<void>((resolve) => {
    const subscription = reply$.pipe(finalize(resolve)).subscribe({
      next({ text, tool }) {
        if (ending === 'is cancelled' && text.startsWith('half')) chat.cancel();
        if (ending === 'is left' && text.startsWith('half')) subscription.unsubscribe();
        if (ending === 'hangs in a tool' && tool?.call.name === 'hang' && tool.status === 'running') chat.cancel();
      },
      error: resolve,
    });
  });
}

const apis = {
  generateContent: clientBackend,
  'a function': functionBackend,
  Interactions: interactionsBackend,
  'Interactions, not stored': (answer: Parameters<typeof interactionsBackend>[0]) => interactionsBackend(answer, false),
};

async function follow(plan: readonly Step[], whenCut: WhenCut, name: keyof typeof apis): Promise<void> {
  let answers: FakeAnswer[] = [];
  let expected: string[] = [];
  const requests: { contents: GeminiContent[]; expected: string[] }[] = [];
  const api = apis[name]((contents) => {
    requests.push({ contents, expected });
    return answers.shift()!;
  });
  const tool = (run: () => unknown) => ({ declaration: {}, run });
  const options = {
    whenCut,
    maxSteps,
    tools: {
      lookUp: tool(() => ({ found: true })),
      throws: tool(() => {
        throw new Error('broken');
      }),
      bigint: tool(() => ({ id: 1n })),
      picture: tool(() => ({ parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] })),
      hang: tool(() => NEVER),
      denied: tool(() => 'never'),
    },
    dedupeCalls: true,
    approve: ({ name }: { name: string }) => of(name !== 'denied'),
  };
  let chat = api.create(options);
  const model = new ChatModel(whenCut);

  const exchange = async (
    place: number,
    message: string | undefined,
    step: Extract<Step, { ending: Ending }>,
    reply$: Observable<GeminiChunk>,
  ) => {
    const answer = `answer to request ${requests.length}`;
    answers = answersTo(step.steps, step.ending, answer);
    const before = requests.length;
    const sent = new ChatModel('draft');
    sent.messages = model.messages.slice(0, place);
    if (message === undefined) sent.messages.push({ ...sent.messages.pop()!, isSent: true });
    else sent.messages.push({ role: 'user', words: [message], status: 'complete', isSent: true });
    expected = sent.sent(Infinity);
    await play(reply$, chat, step.ending);
    api.check();
    model.exchange(place, message, step.steps, step.ending, answer);
    expect(answers).toEqual([]);
    if (step.ending === 'is left at once') expect(requests.length).toBe(before);
    else expect(wordsOf(requests[before]!.contents)).toEqual(expected);
  };

  for (const [index, step] of plan.entries()) {
    const users = model.messages.flatMap(({ role }, position) => (role === 'user' ? [position] : []));
    const message = `message ${index}`;
    switch (step.do) {
      case 'send':
        await exchange(model.messages.length, message, step, chat.send(message));
        break;
      case 'regenerate':
        if (users.length > 0) await exchange(users.at(-1)! + 1, undefined, step, chat.regenerate());
        break;
      case 'edit': {
        const position = users[step.at % users.length];
        if (position === undefined) break;
        await exchange(position, message, step, chat.edit(model.messages[position]!.id!, message));
        break;
      }
      case 'select': {
        const message = model.messages[step.at % model.messages.length];
        if (!message) break;
        const branches = chat.branches(message.id!);
        const branch = branches[step.branch % branches.length]!;
        chat.select(branch);
        model.select(branch.id);
        break;
      }
      case 'restore':
        chat = api.create({ ...options, restore: copyOf(chat) });
        break;
      case 'expire':
        api.expire();
    }
    // A restored chat is as long as the plan so far: after the first steps it is compared at some of them, and as text.
    if (index < 20 || index % 10 === 0 || index === plan.length - 1) {
      const restored = api.create({ ...options, restore: copyOf(chat) });
      expect(JSON.stringify(restored)).toBe(JSON.stringify(chat));
    }
    const messages = await firstValueFrom(chat.messages$);
    expect(
      messages.map(({ role, status, parts }) => [role, status, ...wordsIn(parts as GeminiContent['parts'])]),
    ).toEqual(model.messages.map(({ role, status, words }) => [role, status, ...words]));
    expect(wordsOf(chat.history())).toEqual(model.sent(Infinity));
    expect((await firstValueFrom(chat.unsent$)).map(({ text }) => text)).toEqual(model.unsent);
    expect(await firstValueFrom(chat.status$)).toBe('idle');
    model.show(messages.map(({ id }) => id));
    const branches = chat.branches(messages.findLast(({ role }) => role === 'model')?.id ?? '');
    expect(branches.every(({ id }) => model.knows(id))).toBe(true);
  }
  expect(requests.flatMap(({ contents }) => refusal(contents) ?? [])).toEqual([]);
}

describe.each(Object.keys(apis) as (keyof typeof apis)[])('over %s', (name) => {
  it.each(['draft', 'commit', 'rollback'] as const)(
    'a chat of up to 200 messages equals a plain list of messages, and sends alternating contents: %s',
    async (whenCut) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 200, size: 'max' }), (plan) => follow(plan, whenCut, name)),
        { numRuns: 8 },
      );
    },
    120_000,
  );
});
