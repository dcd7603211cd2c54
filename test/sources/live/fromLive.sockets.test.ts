import { getEventListeners } from 'node:events';
import {
  config,
  defer,
  filter,
  firstValueFrom,
  interval,
  lastValueFrom,
  map,
  materialize,
  merge,
  NEVER,
  of,
  share,
  Subject,
  take,
  takeWhile,
  tap,
  throwError,
  toArray,
  type Observable,
} from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GeminiError } from '../../../src/errors/geminiError.js';
import type { LiveInput } from '../../../src/live/liveInput.js';
import type { LiveMessage } from '../../../src/live/liveMessage.js';
import { fromLive } from '../../../src/sources/live/fromLive.js';
import { eventually, setUp, signal, speech, startLiveServer, turnComplete } from '../../support/liveServer.js';

const params = { model: 'gemini-live' };
const ask = (turns: string): LiveInput => ({ clientContent: { turns } });
const textOf = ({ serverContent }: LiveMessage) => serverContent?.modelTurn?.parts?.[0]?.text ?? '';
/** The result of a session until it ends or its model has ended a turn. */
const turnOf = (session$: ReturnType<typeof fromLive>) =>
  lastValueFrom(
    session$.pipe(
      takeWhile(({ serverContent }) => !serverContent?.turnComplete, true),
      toArray(),
    ),
  );
const failureOf = async (session$: ReturnType<typeof fromLive>): Promise<GeminiError> => {
  const end = await lastValueFrom(session$.pipe(materialize()));
  if (end.kind !== 'E') throw new Error('The session did not fail.');
  return end.error as GeminiError;
};

describe('fromLive over the SDK and a socket', () => {
  it('emits the set-up, then the messages in order as plain data, also those of one tick', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => peer.say(setUp, speech('a'), { ...speech('b'), later: { field: 1 } }, turnComplete),
    });
    const messages = await turnOf(fromLive(server.ai, params, NEVER));
    expect(messages).toEqual([setUp, speech('a'), { ...speech('b'), later: { field: 1 } }, turnComplete]);
    expect(messages.map((message) => Object.getPrototypeOf(message) as unknown)).toEqual(
      messages.map(() => Object.prototype),
    );
  });

  it('is cold, and opens a session for each subscription', async () => {
    const server = await startLiveServer({ onSetup: (peer) => peer.say(setUp, turnComplete) });
    const session$ = fromLive(server.ai, params, NEVER);
    expect(server.peers).toHaveLength(0);
    await Promise.all([turnOf(session$), turnOf(session$)]);
    expect(server.peers).toHaveLength(2);
  });

  it('sends the parameters as the SDK does, and asks for handles; without `resume` it does not', async () => {
    const server = await startLiveServer({ onSetup: (peer) => peer.say(setUp, turnComplete) });
    const config = { temperature: 0.5, systemInstruction: 'Be brief.' };
    await turnOf(fromLive(server.ai, { ...params, config }, NEVER));
    await turnOf(fromLive(server.ai, () => ({ ...params, config }), NEVER, { resume: false }));
    const [first, second] = server.peers;
    expect(first?.setup).toMatchObject({
      model: 'models/gemini-live',
      generationConfig: { temperature: 0.5 },
      sessionResumption: {},
    });
    expect(second?.setup).not.toHaveProperty('sessionResumption');
    expect(config).toEqual({ temperature: 0.5, systemInstruction: 'Be brief.' });
  });

  it('subscribes the input once the session is set up, and unsubscribes it with the result', async () => {
    const input$ = new Subject<LiveInput>();
    const server = await startLiveServer({
      onSetup: (peer) => {
        expect(input$.observed).toBe(false);
        peer.say(setUp);
      },
    });
    const messages$ = fromLive(server.ai, params, input$);
    const [isSetUp, resolve] = signal();
    const subscription = messages$.subscribe({ next: () => resolve() });
    expect(input$.observed).toBe(false);
    await isSetUp;
    expect(input$.observed).toBe(true);
    subscription.unsubscribe();
    expect(input$.observed).toBe(false);
  });

  it('sends every form of input in order, and does not complete with the input', async () => {
    const server = await startLiveServer({ onInput: (input, peer) => input.toolResponse && peer.say(turnComplete) });
    const audio = { data: 'AAAA', mimeType: 'audio/pcm;rate=16000' };
    const inputs: LiveInput[] = [
      { clientContent: { turns: 'Hi', turnComplete: false } },
      { realtimeInput: { audio } },
      { realtimeInput: { activityEnd: {} } },
      { toolResponse: { functionResponses: { id: '1', name: 'time', response: { output: 'noon' } } } },
    ];
    await turnOf(fromLive(server.ai, params, of(...inputs)));
    expect(server.peers[0]?.inputs).toMatchObject([
      { clientContent: { turns: [{ parts: [{ text: 'Hi' }], role: 'user' }], turnComplete: false } },
      { realtimeInput: { audio } },
      { realtimeInput: { activityEnd: {} } },
      { toolResponse: { functionResponses: [{ id: '1', name: 'time', response: { output: 'noon' } }] } },
    ]);
  });

  it('gives a function the messages of the same session, the set-up included', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => peer.say(setUp, { toolCall: { functionCalls: [{ id: '1', name: 'time', args: {} }] } }),
      onInput: (input, peer) => input.toolResponse && peer.say(turnComplete),
    });
    const heard: LiveMessage[] = [];
    const session$ = fromLive(server.ai, params, (messages$) =>
      merge(
        of(ask('What time is it?')),
        messages$.pipe(
          tap((message) => heard.push(message)),
          filter(({ toolCall }) => toolCall !== undefined),
          map(() => ({ toolResponse: { functionResponses: { id: '1', name: 'time', response: {} } } })),
        ),
      ),
    );
    await turnOf(session$);
    expect(server.peers).toHaveLength(1);
    expect(server.peers[0]?.inputs.map((input) => Object.keys(input)[0])).toEqual(['clientContent', 'toolResponse']);
    expect(heard.slice(0, 2).map((message) => Object.keys(message)[0])).toEqual(['setupComplete', 'toolCall']);
  });

  it('opens sessions without end if the result is fed back from outside, and stays open with `share()`', async () => {
    const server = await startLiveServer({ onSetup: (peer) => peer.say(setUp) });
    // Each subscription of the input subscribes the result again. A test has to end: the sixth session feeds nothing back.
    const nested$: Observable<LiveMessage> = fromLive(
      server.ai,
      params,
      defer(() => (server.peers.length < 6 ? nested$.pipe(map(() => ask('again'))) : NEVER)),
    );
    const nested = nested$.subscribe();
    await server.peer(5);
    nested.unsubscribe();
    await Promise.all(server.peers.map(({ closed }) => closed));

    const before = server.peers.length;
    const input$ = new Subject<LiveInput>();
    const shared$ = fromLive(server.ai, params, input$).pipe(share());
    const feedback = shared$.pipe(map(() => ask('again'))).subscribe();
    const reader = shared$.subscribe();
    const peer = await server.peer(before);
    reader.unsubscribe();
    // The feedback still reads the session, which is billed.
    expect(peer.code).toBeUndefined();
    feedback.unsubscribe();
    expect([1000, 1006]).toContain(await peer.closed);
  });
});

describe('unsubscribing', () => {
  it.each<[string, (peers: Awaited<ReturnType<typeof startLiveServer>>) => Promise<unknown>]>([
    ['before the set-up', (server) => server.peer(0)],
    ['during the session', async (server) => (await server.peer(0)).say(setUp, speech('a'))],
  ])('closes the socket %s', async (_, reach) => {
    const server = await startLiveServer({ onSetup: () => undefined });
    const subscription = fromLive(server.ai, params, NEVER).subscribe();
    await reach(server);
    subscription.unsubscribe();
    const { closed } = await server.peer(0);
    expect([1000, 1006]).toContain(await closed);
  });

  it('closes the connection while the upgrade has no answer', async () => {
    const [ended, resolve] = signal();
    const [asked, ask] = signal();
    const server = await startLiveServer({
      onUpgrade: (_, socket) => {
        socket.once('end', () => resolve());
        socket.on('error', () => undefined).resume();
        ask();
      },
    });
    const subscription = fromLive(server.ai, params, NEVER).subscribe();
    await asked;
    subscription.unsubscribe();
    await ended;
  });

  it('opens nothing if it happens at once, and closes what a synchronous subscriber leaves within the set-up', async () => {
    const server = await startLiveServer({ onSetup: (peer) => peer.say(setUp, turnComplete) });
    const messages = await lastValueFrom(fromLive(server.ai, params, of(ask('Hi'))).pipe(take(1), toArray()));
    expect(messages).toEqual([setUp]);
    expect(await server.peers[0]!.closed).toBe(1000);
  });
});

describe('a session of the SDK fails as', () => {
  it('`protocol`, if a frame is not a message, without its text; the process lives', async () => {
    for (const frame of ['user text', '[]', '"a"', '{"serverContent":1}', '{"toolCall":{"functionCalls":{}}}']) {
      const server = await startLiveServer({
        onSetup: ({ say, socket }) => {
          say(setUp);
          socket.send(frame);
        },
      });
      const error = await failureOf(fromLive(server.ai, params, NEVER));
      expect([error.kind, error.retryable]).toEqual(['protocol', false]);
      expect(error.message).not.toContain('user text');
      expect(await server.peers[0]!.closed).toBe(1000);
    }
  });

  it('`timeout`, if it is not set up in time, and the socket is closed', async () => {
    const server = await startLiveServer({ onSetup: () => undefined });
    const error = await failureOf(fromLive(server.ai, params, NEVER, { connectTimeout: 50 }));
    expect([error.kind, error.message]).toEqual(['timeout', 'The Live session was not set up within 50 ms']);
    expect([1000, 1006]).toContain(await (await server.peer(0)).closed);
  });

  it('`timeout`, if nobody answers the upgrade, and the connection is closed', async () => {
    const [ended, resolve] = signal();
    const server = await startLiveServer({
      onUpgrade: (_, socket) => {
        socket.once('end', () => resolve());
        socket.on('error', () => undefined).resume();
      },
    });
    const error = await failureOf(fromLive(server.ai, params, NEVER, { connectTimeout: 50 }));
    expect(error.kind).toBe('timeout');
    await ended;
  });

  it.each<[kind: string, code: number, reason: string]>([
    ['invalid_request', 1007, 'Request contains an invalid argument.'],
    ['auth', 1007, 'API key not valid. Please pass a valid API key.'],
    ['auth', 1008, 'The ephemeral token has expired.'],
    ['auth', 1008, 'Token is invalid'],
    ['invalid_request', 1007, 'The input token count exceeds the maximum number of tokens allowed.'],
    ['not_found', 1008, 'models/m is not found for API version v1beta, or is not supported for bidiGenerateContent.'],
    ['permission', 1008, 'Operation is not implemented, or supported, or enabled.'],
    ['rate_limit', 1011, 'You exceeded your current quota, please check your plan and billing details.'],
    ['network', 1011, 'Internal error encountered.'],
    ['network', 1001, ''],
  ])('`%s`, if it is closed with %i before the set-up: %s', async (kind, code, reason) => {
    const server = await startLiveServer({ onSetup: ({ socket }) => socket.close(code, reason) });
    const error = await failureOf(fromLive(server.ai, params, NEVER));
    expect([error.kind, error.status]).toEqual([kind, code]);
    expect(error.message).toContain(`(${code})`);
    expect(error.message).toContain(reason);
    expect(server.peers).toHaveLength(1);
  });

  it('`auth`, with advice, if it has no key', async () => {
    const reason = "Method doesn't allow unregistered callers (callers without established identity).";
    const server = await startLiveServer({ onSetup: ({ socket }) => socket.close(1008, reason) });
    expect(await failureOf(fromLive(server.ai, params, NEVER))).toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('(1008): No API key: set GEMINI_API_KEY') as unknown,
    });
  });

  it.each<[kind: string, status: number]>([
    ['auth', 401],
    ['permission', 403],
    ['rate_limit', 429],
    ['overloaded', 503],
  ])('`%s`, if the upgrade is answered with %i', async (kind, status) => {
    const server = await startLiveServer({
      onUpgrade: (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`),
    });
    expect(await failureOf(fromLive(server.ai, params, NEVER))).toMatchObject({ kind, status });
  });

  it('`network`, if nobody listens', async () => {
    const { GoogleGenAI } = await import('@google/genai');
    const ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: 'http://127.0.0.1:9' } });
    expect(await failureOf(fromLive(ai, params, NEVER))).toMatchObject({ kind: 'network', retryable: true });
  });

  it('`network`, if it is cut before it has a handle', async () => {
    const server = await startLiveServer({
      onSetup: ({ say, socket }) => {
        say(setUp);
        setImmediate(() => socket.terminate());
      },
    });
    expect(await failureOf(fromLive(server.ai, params, NEVER))).toMatchObject({
      kind: 'network',
      message: 'The connection of the Live session broke',
    });
    expect(server.peers).toHaveLength(1);
  });

  it('the error of the server, if it is in a message', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => peer.say(setUp, { error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } }),
    });
    expect(await failureOf(fromLive(server.ai, params, NEVER))).toMatchObject({ kind: 'overloaded', status: 503 });
  });

  it('the error of the input, and closes the socket', async () => {
    const cause = new Error('The microphone is gone');
    const server = await startLiveServer();
    expect(
      await failureOf(
        fromLive(
          server.ai,
          params,
          throwError(() => cause),
        ),
      ),
    ).toBe(cause);
    expect(await server.peers[0]!.closed).toBe(1000);
    const broken = () => {
      throw cause;
    };
    expect(await failureOf(fromLive(server.ai, params, broken))).toBe(cause);
  });

  it('`invalid_request`, if the SDK refuses an input, and a TypeError for a value that is not an input', async () => {
    const server = await startLiveServer();
    const video = { realtimeInput: { video: { data: 'AAAA', mimeType: 'text/plain' } } };
    expect(await failureOf(fromLive(server.ai, params, of(video)))).toMatchObject({ kind: 'invalid_request' });
    for (const wrong of [{ audio: 'AAAA' }, { ...ask('Hi'), ...video }, { clientContent: 'Hi' }, null]) {
      const error = await failureOf(fromLive(server.ai, params, of(wrong as unknown as LiveInput)));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain('Expected an input with exactly one of `realtimeInput`');
    }
  });

  it('`cancelled` by `config.abortSignal`, before and during the session, and leaves no listener', async () => {
    const server = await startLiveServer();
    const aborted = { ...params, config: { abortSignal: AbortSignal.abort() } };
    expect(await failureOf(fromLive(server.ai, aborted, NEVER))).toMatchObject({ kind: 'cancelled' });
    expect(server.sockets.size).toBe(0);

    const controller = new AbortController();
    const session$ = fromLive(server.ai, { ...params, config: { abortSignal: controller.signal } }, NEVER);
    const failed = failureOf(session$.pipe(tap(() => controller.abort())));
    expect(await failed).toMatchObject({ kind: 'cancelled' });
    expect(await server.peers[0]!.closed).toBe(1000);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});

describe('a subscriber that throws', () => {
  it('is reported as rxjs reports it, also within the set-up, and the session continues', async () => {
    const reported = vi.fn();
    config.onUnhandledError = reported;
    onTestFinished(() => {
      config.onUnhandledError = null;
    });
    const server = await startLiveServer({ onSetup: (peer) => peer.say(setUp, speech('a'), turnComplete) });
    const seen: string[] = [];
    const [ended, resolve] = signal();
    const subscription = fromLive(server.ai, params, NEVER).subscribe((message) => {
      seen.push(Object.keys(message)[0]!);
      if (message.serverContent?.turnComplete) resolve();
      throw new Error('mine');
    });
    await ended;
    await eventually(() => expect(reported).toHaveBeenCalledTimes(3));
    expect(seen).toEqual(['setupComplete', 'serverContent', 'serverContent']);
    expect(server.peers[0]?.code).toBeUndefined();
    subscription.unsubscribe();
  });
});

describe('large frames', () => {
  it('keep their order', async () => {
    const big = 'x'.repeat(6_000_000);
    const server = await startLiveServer({
      onSetup: (peer) => peer.say(setUp, speech(big), speech('2'), speech('3'), turnComplete),
    });
    const messages = await turnOf(fromLive(server.ai, params, NEVER));
    expect(messages.map((message) => textOf(message).length)).toEqual([0, big.length, 1, 1, 0]);
  });
});

describe('a peer that has vanished', () => {
  it('is noticed by a ping without an answer', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        peer.say(setUp);
        // Nothing is read any more, and nothing answered.
        peer.socket.pause();
      },
    });
    const error = await failureOf(fromLive(server.ai, params, NEVER, { heartbeat: 50 }));
    expect(error).toMatchObject({ kind: 'network', message: 'The connection of the Live session broke' });
  });

  it('is not suspected while it speaks: its answer waits behind all that it says', async () => {
    const server = await startLiveServer({
      onSetup: (peer) => {
        peer.socket.pong = () => undefined;
        peer.say(setUp);
      },
    });
    const session$ = fromLive(server.ai, params, NEVER, { heartbeat: 500 });
    const ended: unknown[] = [];
    const subscription = session$.subscribe({ error: (error: unknown) => ended.push(error) });
    const { say, socket } = await server.peer(0);
    const speaking = interval(20).subscribe(() => say({ serverContent: {} }));
    let pings = 0;
    socket.on('ping', () => (pings += 1));
    await eventually(() => expect(pings + ended.length).toBeGreaterThan(3));
    speaking.unsubscribe();
    subscription.unsubscribe();
    expect(ended).toEqual([]);
  });

  it('is not suspected while it answers', async () => {
    const server = await startLiveServer();
    const pings = new Subject<void>();
    const session$ = fromLive(server.ai, params, NEVER, { heartbeat: 100 });
    const subscription = session$.subscribe();
    const { socket } = await server.peer(0);
    socket.on('ping', () => pings.next());
    await firstValueFrom(pings.pipe(take(4), toArray()));
    expect(subscription.closed).toBe(false);
    subscription.unsubscribe();
  });
});
