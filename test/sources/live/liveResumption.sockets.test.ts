import fc from 'fast-check';
import { firstValueFrom, interval, map, NEVER, of, Subject, timer, type Observable, type Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { GeminiContent } from '../../../src/chunk/contentsOf.js';
import type { GeminiError } from '../../../src/errors/geminiError.js';
import type { LiveInput } from '../../../src/live/liveInput.js';
import type { LiveMessage } from '../../../src/live/liveMessage.js';
import { fromLive, type FromLiveOptions } from '../../../src/sources/live/fromLive.js';
import {
  eventually,
  goAway,
  handle,
  setUp,
  speech,
  startLiveServer,
  turnComplete,
  type LivePeer,
  type LiveServer,
} from '../../support/liveServer.js';

const params = { model: 'gemini-live' };

/** A session that is read, and what came of it. */
function listen(server: LiveServer, input: Observable<LiveInput> = NEVER, options: FromLiveOptions = {}) {
  const messages: LiveMessage[] = [];
  const errors: GeminiError[] = [];
  const settings = { resume: { delay: 1 }, ...options };
  const subscription: Subscription = fromLive(server.ai, params, input, settings).subscribe({
    next: (message) => messages.push(message),
    error: (error: unknown) => errors.push(error as GeminiError),
  });
  const texts = () => messages.flatMap(({ serverContent }) => serverContent?.modelTurn?.parts?.[0]?.text ?? []);
  const seams = () => messages.flatMap(({ resumed }) => resumed ?? []);
  return { messages, errors, subscription, texts, seams };
}

const handlesOf = ({ peers }: LiveServer) => peers.map(({ setup }) => setup?.sessionResumption?.handle);
const numbersOf = (peer: LivePeer | undefined) =>
  (peer?.inputs ?? []).map(({ realtimeInput }) => Number(realtimeInput?.text));
/** The number that is the text of a content. */
const numberOf = ({ clientContent }: LiveInput) => {
  const [content] = clientContent?.turns as readonly GeminiContent[];
  return Number(content?.parts[0]?.text);
};
const timeOut = (ms: number) => firstValueFrom(timer(ms).pipe(map(() => 'time out')));
/** Numbers as the pieces of a microphone. */
const microphone = () => interval(2).pipe(map((index) => ({ realtimeInput: { text: String(index) } })));
const ask = (turns: string): LiveInput => ({ clientContent: { turns } });

describe('goAway', () => {
  it('continues the session after the turn, without a gap of the microphone, then closes the old connection', async () => {
    const server = await startLiveServer({
      onSetup: (peer) =>
        peer.say(...(peer.index === 0 ? [setUp, handle('h1'), speech('one '), goAway('60s')] : [setUp])),
    });
    const { texts, seams, subscription, messages } = listen(server, microphone());
    const first = await server.peer(0);
    await eventually(() => expect(first.inputs.length).toBeGreaterThan(20));
    // The turn goes on: no other connection is opened.
    expect(server.peers).toHaveLength(1);
    first.say(speech('two'), turnComplete, handle('h2'));
    const second = await server.peer(1);
    second.say(speech('three'), turnComplete);
    await eventually(() => expect(second.inputs.length).toBeGreaterThan(20));
    subscription.unsubscribe();
    expect(handlesOf(server)).toEqual([undefined, 'h2']);
    expect(await first.closed).toBe(1000);
    const numbers = [...numbersOf(first), ...numbersOf(second)];
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(texts()).toEqual(['one ', 'two', 'three']);
    expect(seams()).toEqual([{ attempt: 1, dropped: 0 }]);
    expect(messages.find(({ resumed }) => resumed)?.setupComplete).toEqual(setUp.setupComplete);
  });

  it('waits a moment for the handle of a turn that has just ended, and takes the one before if none comes', async () => {
    const server = await startLiveServer({
      onSetup: (peer) =>
        peer.say(...(peer.index === 0 ? [setUp, handle('h1'), speech('a'), goAway('60s'), turnComplete] : [setUp])),
    });
    const { subscription } = listen(server);
    await server.peer(1);
    await eventually(() => expect(handlesOf(server)).toEqual([undefined, 'h1']));
    subscription.unsubscribe();
  });

  it('does not wait beyond the time that is left, in the middle of a turn or while the session cannot be resumed', async () => {
    for (const busy of [speech('a'), { sessionResumptionUpdate: { resumable: false } }]) {
      const server = await startLiveServer({
        onSetup: (peer) => peer.say(...(peer.index === 0 ? [setUp, handle('h1'), busy, goAway('0.1s')] : [setUp])),
      });
      const { seams, subscription } = listen(server);
      expect(await (await server.peer(0)).closed).toBe(1000);
      expect(handlesOf(server)).toEqual([undefined, 'h1']);
      await eventually(() => expect(seams()).toHaveLength(1));
      subscription.unsubscribe();
    }
  });

  it('lets a turn end on its connection that begins while the next one is opened', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0) peer.say(setUp, handle('h1'), goAway('60s'));
        // The second is not set up before the model speaks again.
        else if (peer.index === 1) server.peers[0]!.say(speech('a'));
        else peer.say(setUp);
      },
    });
    const { texts, seams, subscription } = listen(server);
    const second = await server.peer(1);
    expect([1000, 1006]).toContain(await second.closed);
    server.peers[0]!.say(speech('b'), turnComplete, handle('h2'));
    await server.peer(2);
    await eventually(() => expect(seams()).toEqual([{ attempt: 2, dropped: 0 }]));
    expect(handlesOf(server)).toEqual([undefined, 'h1', 'h2']);
    expect(texts()).toEqual(['a', 'b']);
    subscription.unsubscribe();
  });

  it.each<[form: string, input: LiveInput | undefined, heard: readonly LiveMessage[]]>([
    ['contents', ask('Why?'), []],
    ['text', { realtimeInput: { text: 'Why?' } }, []],
    ['the end of speech', { realtimeInput: { activityEnd: {} } }, []],
    [
      'the result of a call that did not block',
      { toolResponse: { functionResponses: { id: '1', name: 'a', response: {} } } },
      [],
    ],
    ['speech', undefined, [{ serverContent: { inputTranscription: { text: 'Why?' } } }]],
    ['an interruption', undefined, [speech('a'), { serverContent: { interrupted: true } }, turnComplete]],
    ['contents that interrupt', ask('Why?'), [speech('a'), { serverContent: { interrupted: true } }, turnComplete]],
    ['contents within a turn', ask('Why?'), [speech('a'), turnComplete]],
  ])('waits for the answer to a question: %s', async (_, input, heard) => {
    const server = await startLiveServer({ onSetup: (peer) => peer.say(setUp, handle(`h${peer.index}`)) });
    const input$ = new Subject<LiveInput>();
    const { messages, texts, seams, subscription } = listen(server, input$);
    await eventually(() => expect(messages).toHaveLength(2));
    const [first] = server.peers;
    // In the middle of a turn, if it has one.
    first!.say(...heard.slice(0, 1));
    await eventually(() => expect(messages).toHaveLength(2 + Math.min(1, heard.length)));
    if (input) input$.next(input);
    await eventually(() => expect(first!.inputs).toHaveLength(input ? 1 : 0));
    first!.say(goAway('60s'), ...heard.slice(1), handle('h-before'));
    // The handle of the turn before is there, and the time of a further one has passed.
    await expect(Promise.race([server.peer(1), timeOut(200)])).resolves.toBe('time out');
    // The text of the speech may come before the speech.
    const transcript = { serverContent: { outputTranscription: { text: 'Because' } } };
    first!.say(transcript, speech('Because'), turnComplete, handle('h-after'));
    await eventually(() => expect(seams()).toHaveLength(1));
    expect(handlesOf(server)).toEqual([undefined, 'h-after']);
    expect(texts().at(-1)).toBe('Because');
    subscription.unsubscribe();
  });

  it('waits for the answer to a question that is sent while the next connection is opened', async () => {
    const input$ = new Subject<LiveInput>();
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0) peer.say(setUp, handle('h1'), goAway('60s'));
        // The second is not set up before the user asks.
        else if (peer.index === 1) input$.next(ask('Why?'));
        else peer.say(setUp);
      },
    });
    const { texts, seams, subscription } = listen(server, input$);
    expect([1000, 1006]).toContain(await (await server.peer(1)).closed);
    const [first] = server.peers;
    await eventually(() => expect(first!.inputs).toHaveLength(1));
    first!.say(speech('Because'), turnComplete, handle('h2'));
    await eventually(() => expect(seams()).toEqual([{ attempt: 2, dropped: 0 }]));
    expect(texts()).toEqual(['Because']);
    subscription.unsubscribe();
  });

  it('does not wait for an answer to a text that runs on', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => peer.say(...(peer.index === 0 ? [setUp, handle('h1'), goAway('60s')] : [setUp])),
    });
    const input$ = new Subject<LiveInput>();
    const { messages, seams, subscription } = listen(server, input$);
    await eventually(() => expect(messages.length).toBeGreaterThan(2));
    input$.next({ realtimeInput: { text: 'These are' } });
    input$.next({ realtimeInput: { text: 'subtitles.' } });
    await eventually(() => expect(seams()).toHaveLength(1));
    subscription.unsubscribe();
  });

  it('does not wait for the answer to a question that was refused', async () => {
    const refused = { serverContent: { turnComplete: true, turnCompleteReason: 'PROHIBITED_INPUT_CONTENT' } };
    const server = await startLiveServer({
      onSetup: (peer) => peer.say(setUp, handle(`h${peer.index}`)),
      onInput: (_, peer) => peer.say(goAway('60s'), refused, handle('h-after')),
    });
    const { seams, subscription } = listen(server, of(ask('Why?')));
    await eventually(() => expect(seams()).toHaveLength(1));
    subscription.unsubscribe();
  });

  it('still sends what waits on the old connection', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => peer.say(...(peer.index === 0 ? [setUp, handle('h1')] : [setUp])),
    });
    const input$ = new Subject<LiveInput>();
    const { messages, seams, subscription } = listen(server, input$);
    await eventually(() => expect(messages).toHaveLength(2));
    const [first] = server.peers;
    first!.socket.pause();
    // More than the buffers between the two ends hold.
    for (let count = 0; count < 10; count += 1) input$.next({ clientContent: { turns: 'x'.repeat(2_000_000) } });
    first!.say(goAway('60s'));
    await eventually(() => expect(seams()).toHaveLength(1));
    first!.socket.resume();
    expect(await first!.closed).toBe(1000);
    expect(first!.inputs).toHaveLength(10);
    subscription.unsubscribe();
  });

  it('waits between its tries, whatever the old connection says meanwhile', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0) peer.say(setUp, handle('h1'), goAway('60s'));
        else peer.socket.close(1011, 'Busy');
      },
    });
    const { texts, subscription } = listen(server, NEVER, { resume: { count: 9, delay: 600_000 } });
    // The second try comes at once, the third within ten minutes.
    await (
      await server.peer(2)
    ).closed;
    for (let count = 0; count < 20; count += 1) {
      server.peers[0]!.say(speech(String(count)), turnComplete, handle(`h${count + 2}`));
      await eventually(() => expect(texts()).toHaveLength(count + 1));
    }
    expect(server.peers).toHaveLength(3);
    subscription.unsubscribe();
  });

  it('says that the old connection broke while the next one is opened', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0) peer.say(setUp, handle('h1'), goAway('60s'));
        else server.peers[0]!.socket.terminate();
      },
    });
    const { messages, seams, subscription } = listen(server);
    await eventually(() => expect(messages.at(-1)).toEqual({ retrying: { attempt: 1, delay: 0, kind: 'network' } }));
    server.peers[1]!.say(setUp);
    await eventually(() => expect(seams()).toEqual([{ attempt: 1, dropped: 0, kind: 'network' }]));
    expect(server.peers).toHaveLength(2);
    subscription.unsubscribe();
  });

  it('keeps the connection if no other one can be opened, and then fails as the server ends it', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0) peer.say(setUp, handle('h1'), goAway('60s'));
        else peer.socket.close(1011, 'Busy');
      },
    });
    const { errors, texts } = listen(server, NEVER, { resume: { count: 2, delay: 1 } });
    await server.peer(2);
    await server.peers[2]!.closed;
    server.peers[0]!.say(speech('still here'));
    await eventually(() => expect(texts()).toEqual(['still here']));
    expect([errors.length, server.peers.length]).toEqual([0, 3]);
    server.peers[0]!.socket.close(1011, 'over');
    await eventually(() => expect(errors).toMatchObject([{ kind: 'network' }]));
  });

  it('means nothing without `resume`, and without a handle', async () => {
    const server = await startLiveServer({ onSetup: (peer) => peer.say(setUp, goAway('0.01s'), speech('a')) });
    const { texts, subscription } = listen(server);
    const other = listen(server, NEVER, { resume: false });
    await eventually(() => expect([texts(), other.texts()]).toEqual([['a'], ['a']]));
    server.peers[1]!.say(handle('h1'), speech('b'));
    await eventually(() => expect(other.texts()).toEqual(['a', 'b']));
    expect(server.peers).toHaveLength(2);
    subscription.unsubscribe();
    other.subscription.unsubscribe();
  });
});

describe('a connection that breaks', () => {
  it('is followed by another one with the newest handle, after others that fail, and the seam says so', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0)
          peer.say(setUp, handle('h1'), handle('h2'), { sessionResumptionUpdate: { resumable: false } });
        else if (peer.index === 1) peer.socket.close(1011, 'Again');
        else peer.say(setUp, speech('back'));
      },
    });
    const { messages, texts, seams, subscription } = listen(server);
    await eventually(() => expect(server.peers[0]?.setup).toBeDefined());
    setImmediate(() => server.peers[0]!.socket.terminate());
    await eventually(() => expect(texts()).toEqual(['back']));
    expect(handlesOf(server)).toEqual([undefined, 'h2', 'h2']);
    expect(seams()).toEqual([{ attempt: 2, dropped: 0, kind: 'network' }]);
    expect(messages.flatMap(({ retrying }) => retrying ?? [])).toMatchObject([
      { attempt: 1, delay: 0, kind: 'network' },
      { attempt: 2, kind: 'network' },
    ]);
    subscription.unsubscribe();
  });

  it('keeps contents and tool responses, in order, and counts the realtime input that it drops', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0) peer.say(setUp, handle('h1'));
        if (peer.index === 2) peer.say(setUp);
      },
    });
    const input$ = new Subject<LiveInput>();
    const { messages, seams, subscription } = listen(server, input$, { maxBuffered: 200, connectTimeout: 50 });
    await eventually(() => expect(messages).toHaveLength(2));
    server.peers[0]!.socket.terminate();
    // The second connection is never set up.
    await server.peer(1);
    const kept: LiveInput[] = [
      { clientContent: { turns: 'x'.repeat(1_000) } },
      { toolResponse: { functionResponses: { id: '1', name: 'a', response: {} } } },
      { realtimeInput: { audio: { data: 'AAAA', mimeType: 'audio/pcm' }, activityEnd: {} } },
    ];
    for (const input of kept) input$.next(input);
    for (let count = 0; count < 5; count += 1) input$.next({ realtimeInput: { text: 'dropped' } });
    await eventually(() => expect(server.peers[2]?.inputs).toHaveLength(3));
    expect(server.peers[2]?.inputs.map((input) => Object.keys(input)[0])).toEqual([
      'clientContent',
      'toolResponse',
      'realtimeInput',
    ]);
    input$.next({ realtimeInput: { text: 'sent' } });
    await eventually(() => expect(server.peers[2]?.inputs).toHaveLength(4));
    expect(seams()).toEqual([{ attempt: 2, dropped: 5, kind: 'network' }]);
    expect(messages.flatMap(({ dropped }) => dropped ?? [])).toEqual([1, 4]);
    subscription.unsubscribe();
  });

  it('ends the session after `count` failures in a row, with the first of them', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0) peer.say(setUp, handle('h1'));
        peer.socket.close(1011, `failure ${peer.index}`);
      },
    });
    const { errors } = listen(server, NEVER, { resume: { count: 2, delay: 1 } });
    await eventually(() => expect(errors).toHaveLength(1));
    expect(errors[0]).toMatchObject({ kind: 'network', status: 1011 });
    expect(errors[0]?.message).toContain('failure 0');
    expect(server.peers).toHaveLength(3);
  });

  it('begins to count anew once the session has had content', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        peer.say(setUp, handle('h1'), speech(String(peer.index)));
        if (peer.index < 6) peer.socket.close(1001);
      },
    });
    const { texts, subscription } = listen(server, NEVER, { resume: { count: 1, delay: 1 } });
    await eventually(() => expect(texts()).toHaveLength(7));
    expect(texts()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    subscription.unsubscribe();
  });

  it.each([1007, 1008])('is refused with %i: without the sound that waits, then without the handle', async (code) => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0) peer.say(setUp, handle('h1'));
        else if (peer.index < 3) peer.socket.close(code, 'Refused');
        else peer.say(setUp);
      },
    });
    const input$ = new Subject<LiveInput>();
    const { messages, seams, subscription } = listen(server, input$);
    await eventually(() => expect(messages).toHaveLength(2));
    server.peers[0]!.socket.terminate();
    await server.peers[0]!.closed;
    await eventually(() => input$.next({ realtimeInput: { text: 'waits' } }));
    await eventually(() => expect(seams()).toHaveLength(1));
    expect(handlesOf(server)).toEqual([undefined, 'h1', 'h1', undefined]);
    expect(seams()[0]).toMatchObject({ attempt: 3, isNew: true });
    subscription.unsubscribe();
  });

  it('fails at once if the server refuses it for good, or if the handle of the parameters is refused', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        if (peer.index === 0) peer.say(setUp, handle('h1'));
        peer.socket.close(1007, peer.index === 0 ? '' : 'API key not valid');
      },
    });
    const errors: GeminiError[] = [];
    const config = { sessionResumption: { handle: 'old' } };
    fromLive(server.ai, { ...params, config }, NEVER).subscribe({
      error: (error: unknown) => errors.push(error as GeminiError),
    });
    await eventually(() => expect(errors).toMatchObject([{ kind: 'invalid_request', status: 1007 }]));
    expect(handlesOf(server)).toEqual(['old']);
  });
});

describe('a receiver that has stalled', () => {
  it('holds at most `maxBuffered` of 40 MB of sound, and says how much was dropped', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        peer.say(setUp);
        peer.socket.pause();
      },
    });
    const input$ = new Subject<LiveInput>();
    const { messages, subscription } = listen(server, input$);
    await eventually(() => expect(messages).toHaveLength(1));
    const audio = { data: 'A'.repeat(32_000), mimeType: 'audio/pcm;rate=16000' };
    const before = process.memoryUsage();
    for (let count = 0; count < 1_250; count += 1) input$.next({ realtimeInput: { audio } });
    const { external, arrayBuffers, heapUsed } = process.memoryUsage();
    const held = external + arrayBuffers + heapUsed - before.external - before.arrayBuffers - before.heapUsed;
    expect(held).toBeLessThan(20_000_000);
    expect(messages[1]).toEqual({ dropped: 1 });
    // The marks around speech are kept.
    input$.next({ realtimeInput: { audioStreamEnd: true } });
    const { peers } = server;
    peers[0]!.socket.resume();
    await eventually(() => expect(peers[0]?.inputs.at(-1)).toEqual({ realtimeInput: { audioStreamEnd: true } }));
    const received = peers[0]!.inputs.length - 1;
    input$.next({ realtimeInput: { audio } });
    await eventually(() => expect(peers[0]?.inputs).toHaveLength(received + 2));
    const dropped = messages.flatMap(({ dropped: count }) => count ?? []);
    expect(dropped.reduce((sum, count) => sum + count, 0) + received).toBe(1_250);
    subscription.unsubscribe();
  });
});

describe('with connections that close at random', () => {
  type Step = 'say' | 'handle' | 'close' | 'cut' | 'goAway';
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<Step>('say') },
      { weight: 2, arbitrary: fc.constant<Step>('handle') },
      fc.constantFrom<Step>('close', 'cut', 'goAway'),
    ),
    { minLength: 1, maxLength: 25 },
  );

  it('loses no message of a connection that closes, and doubles and reorders none', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        let said = 0;
        let position = 0;
        /** The numbers that a connection has sent before it was cut, of which the last may be lost. */
        const unsure = new Set<number>();
        const server = await startLiveServer({
          onSetup: (peer) => {
            peer.say(setUp, handle(`h${peer.index}`));
            run(peer);
          },
        });
        function run(peer: LivePeer): void {
          const sent: number[] = [];
          while (position < script.length) {
            const step = script[position++]!;
            if (step === 'say') {
              sent.push(said);
              peer.say(speech(String(said++)), turnComplete);
            } else if (step === 'handle') peer.say(handle(`h${peer.index}-${position}`));
            else if (step === 'goAway') {
              peer.say(goAway('60s'));
              return;
            } else if (step === 'close') {
              peer.socket.close(1011, 'Again');
              return;
            } else {
              for (const number of sent) unsure.add(number);
              peer.socket.terminate();
              return;
            }
          }
          peer.say(speech('end'));
        }
        const { texts, subscription, errors } = listen(server, NEVER, { resume: { count: 50, delay: 0 } });
        await eventually(() => expect(texts().at(-1)).toBe('end'));
        subscription.unsubscribe();
        expect(errors).toEqual([]);
        const heard = texts().slice(0, -1).map(Number);
        expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b));
        const lost = Array.from({ length: said }, (_, number) => number).filter((number) => !heard.includes(number));
        expect(lost.filter((number) => !unsure.has(number))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it(
    'sends each content at most once and in order, and all that wait for a connection',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }), async (lives) => {
          const server = await startLiveServer({
            onSetup: (peer) => peer.say(setUp, handle(`h${peer.index}`)),
            onInput: (_, peer) => {
              if (peer.inputs.length === lives[peer.index]) peer.socket.close(1011, 'Again');
            },
          });
          const input$ = interval(1).pipe(map((index) => ({ clientContent: { turns: String(index) } })));
          const { subscription, errors } = listen(server, input$, { resume: { count: 50, delay: 0 } });
          await eventually(() => expect(server.peers[lives.length]?.inputs.length).toBeGreaterThan(3));
          subscription.unsubscribe();
          expect(errors).toEqual([]);
          const received = server.peers.flatMap(({ inputs }) => inputs.map(numberOf));
          expect(received).toEqual([...new Set(received)].sort((a, b) => a - b));
          expect(received[0]).toBe(0);
        }),
        { numRuns: 15 },
      );
    },
  );
});
