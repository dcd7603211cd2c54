import { type AddressInfo, connect, type Socket } from 'node:net';
import type { LiveConnectConfig } from '@google/genai';
import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Emulator } from 'rxjs-gemini/emulator';
import { connectLive, textOf, withEmulator } from './startLive.js';

const text: LiveConnectConfig = { responseModalities: ['TEXT' as never] };
const path = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';

interface RawClient {
  readonly socket: WebSocket;
  readonly frames: { readonly text: string; readonly isBinary: boolean }[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** A client without the SDK, which a frame that is not JSON does not break. */
function openRaw({ url }: Emulator, options: { origin?: string; path?: string; setup?: object } = {}): RawClient {
  const { origin, setup = { model: 'models/any', generationConfig: { responseModalities: ['TEXT'] } } } = options;
  const socket = new WebSocket(
    url.replace('http', 'ws') + (options.path ?? path),
    origin === undefined ? {} : { origin },
  );
  const frames: RawClient['frames'] = [];
  socket.on('open', () => {
    socket.send(JSON.stringify({ setup }));
  });
  socket.on('message', (data: Buffer, isBinary) => frames.push({ text: data.toString(), isBinary }));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    let failure = '';
    socket.on('error', ({ message }) => (failure = message));
    socket.on('close', (code, reason) => {
      resolve({ code, reason: failure || reason.toString() });
    });
  });
  return { socket, frames, closed };
}

it('never answers the setup with `setup: false`', () =>
  withEmulator({ live: { setup: false } }, async (emulator) => {
    const { frames, socket, closed } = openRaw(emulator);
    await vi.waitFor(() => {
      expect(emulator.liveConnections[0]?.setup).toMatchObject({ model: 'models/any' });
    });
    expect(frames).toEqual([]);
    socket.close();
    await closed;
    await emulator.liveConnections[0]?.closed;
    expect(emulator.liveConnections[0]).toMatchObject({ closedBy: 'client', messagesSent: 0 });
  }));

it('waits before it answers the setup', () =>
  withEmulator({ live: { setupDelay: 50 } }, async (emulator) => {
    const start = performance.now();
    await connectLive(emulator, text);
    expect(performance.now() - start).toBeGreaterThan(45);
  }));

it.each([401, 429, 503])('refuses the upgrade with the status %i', (refuse) =>
  withEmulator({ live: [{ refuse }, {}] }, async (emulator) => {
    const { closed } = openRaw(emulator);
    expect(await closed).toEqual({ code: 1006, reason: `Unexpected server response: ${String(refuse)}` });
    await emulator.liveConnections[0]?.closed;
    expect(emulator.liveConnections[0]).toMatchObject({ refused: refuse, closedBy: 'server', setup: undefined });
    await expect(connectLive(emulator, text)).resolves.toBeDefined();
  }),
);

it.each([
  [{ messages: 0 }, 0],
  [{ messages: 1 }, 1],
  [{ inputs: 2 }, 1],
  [{ ms: 20 }, 1],
] as const)('closes with a code and a reason at the position %j', (position, count) =>
  withEmulator({ live: { closeAfter: { ...position, code: 1007, reason: 'no' }, reply: [] } }, async (emulator) => {
    const { socket, frames, closed } = openRaw(emulator);
    socket.on('message', () => {
      socket.send('{"realtimeInput":{"text":"a"}}');
      socket.send('{"realtimeInput":{"text":"b"}}');
    });
    expect(await closed).toEqual({ code: 1007, reason: 'no' });
    expect(frames).toHaveLength(count);
    await emulator.liveConnections[0]?.closed;
    expect(emulator.liveConnections[0]).toMatchObject({ closedBy: 'server', closeCode: 1007, closeReason: 'no' });
  }),
);

it('cuts a reason that a close frame cannot hold', () =>
  withEmulator({ live: { start: [{ close: { code: 4000, reason: 'é'.repeat(100) } }] } }, async (emulator) => {
    expect(await openRaw(emulator).closed).toEqual({ code: 4000, reason: 'é'.repeat(61) });
  }));

it('breaks the connection in the middle of a turn, after the client has read the last piece', () =>
  withEmulator({ live: { reply: ['one', 'two', 'three'], dropAfter: { messages: 3 } } }, async (emulator) => {
    const { session, messages, closed } = await connectLive(emulator, text);
    session.sendRealtimeInput({ text: 'Hello' });
    expect(await closed).toMatchObject({ code: 1006 });
    expect(textOf(messages)).toBe('onetwo');
    await emulator.liveConnections[0]?.closed;
    expect(emulator.liveConnections[0]).toMatchObject({ closedBy: 'server', closeCode: 1006, turns: 0 });
  }));

it('stops sending for a time, and reads on', () =>
  withEmulator({ live: { reply: ['one', { stall: 300 }, 'two'] } }, async (emulator) => {
    const { session, messages, waitFor } = await connectLive(emulator, text);
    session.sendRealtimeInput({ text: 'Hello' });
    await waitFor(() => textOf(messages) === 'one');
    session.sendRealtimeInput({ audio: { data: 'AAAA', mimeType: 'audio/pcm' } });
    await vi.waitFor(() => {
      expect(emulator.liveConnections[0]?.inputs).toHaveLength(2);
    });
    expect(textOf(messages)).toBe('one');
    await waitFor(() => textOf(messages) === 'onetwo');
  }));

it('sends nothing more after a stall without an end', () =>
  withEmulator({ live: { reply: ['one', 'two'], stallAfter: { messages: 2 } } }, async (emulator) => {
    const { session, messages, waitFor, closed } = await connectLive(emulator, text);
    session.sendRealtimeInput({ text: 'Hello' });
    await waitFor(() => textOf(messages) === 'one');
    session.close();
    expect(await closed).toMatchObject({ code: 1005 });
    await emulator.liveConnections[0]?.closed;
    expect(emulator.liveConnections[0]).toMatchObject({ closedBy: 'client', messagesSent: 2 });
  }));

it('vanishes: answers no ping, and does not end the connection', () =>
  withEmulator({ live: [{ vanishAfter: { messages: 1 } }, {}] }, async (emulator) => {
    const gone = openRaw(emulator);
    const there = openRaw(emulator);
    let pongs = 0;
    for (const { socket } of [gone, there]) {
      socket.on('pong', () => (pongs += 1));
      await vi.waitFor(() => {
        expect(socket.readyState).toBe(WebSocket.OPEN);
      });
    }
    await vi.waitFor(() => {
      expect([gone.frames.length, there.frames.length]).toEqual([1, 1]);
    });
    gone.socket.ping();
    gone.socket.send('{"realtimeInput":{"text":"Hello"}}');
    there.socket.ping();
    await vi.waitFor(() => {
      expect(pongs).toBe(1);
    });
    expect(gone.socket.readyState).toBe(WebSocket.OPEN);
    expect(emulator.liveConnections[0]).toMatchObject({ inputs: [], closedBy: undefined, closeCode: undefined });
    expect(emulator.connections).toBe(2);
    await emulator.close();
    await emulator.liveConnections[0]?.closed;
    expect(emulator.liveConnections[0]).toMatchObject({ closedBy: undefined, closeCode: 1006 });
  }));

it('reads nothing with `receiveRate: 0`, so that the input of the client waits', () =>
  withEmulator({ live: { receiveRate: 0 } }, async (emulator) => {
    const { socket, frames } = openRaw(emulator);
    await vi.waitFor(() => {
      expect(frames).toHaveLength(1);
    });
    const piece = JSON.stringify({ realtimeInput: { audio: { data: 'A'.repeat(1_000_000) } } });
    for (let count = 0; count < 40; count += 1) socket.send(piece);
    await vi.waitFor(() => {
      expect(socket.bufferedAmount).toBeGreaterThan(20_000_000);
    });
    expect(emulator.liveConnections[0]?.inputs).toEqual([]);
    socket.terminate();
  }));

it('reads at the rate of the script', () =>
  withEmulator({ live: { receiveRate: 100_000 } }, async (emulator) => {
    const { session } = await connectLive(emulator, text);
    const start = performance.now();
    for (let count = 0; count < 6; count += 1)
      session.sendRealtimeInput({ audio: { data: 'A'.repeat(2000), mimeType: 'audio/pcm' } });
    await vi.waitFor(() => {
      expect(emulator.liveConnections[0]?.inputs).toHaveLength(6);
    });
    session.sendRealtimeInput({ text: 'last' });
    await vi.waitFor(() => {
      expect(emulator.liveConnections[0]?.inputs).toHaveLength(7);
    });
    expect(performance.now() - start).toBeGreaterThan(100);
  }));

it('sends frames that are not of the protocol, and messages as binary frames', () =>
  withEmulator(
    {
      live: {
        start: [{ frame: 'oops' }, { frame: new Uint8Array([255, 0]) }, { frame: '[1]' }, { bigFrame: 2_000_000 }],
      },
    },
    async (emulator) => {
      const { frames } = openRaw(emulator);
      await vi.waitFor(() => {
        expect(frames).toHaveLength(5);
      });
      expect(frames.slice(1, 4).map((frame) => frame.text)).toEqual(['oops', '\ufffd\0', '[1]']);
      expect(frames[4]?.text).toHaveLength(2_000_000);
      expect(JSON.parse(frames[4]?.text ?? '')).toEqual({});
      expect(frames.every(({ isBinary }) => isBinary)).toBe(true);
      expect(emulator.liveConnections[0]).toMatchObject({ messagesSent: 5, bytesSent: 20 + 4 + 2 + 3 + 2_000_000 });
    },
  ));

it('sends messages as text frames on request', () =>
  withEmulator({ live: { frames: 'text', start: [{ frame: new Uint8Array([0]) }] } }, async (emulator) => {
    const { frames } = openRaw(emulator);
    await vi.waitFor(() => {
      expect(frames.map(({ isBinary }) => isBinary)).toEqual([false, true]);
    });
  }));

it('closes with 1007 if the client breaks the protocol', () =>
  withEmulator({}, async (emulator) => {
    const bad = openRaw(emulator);
    bad.socket.on('open', () => {
      bad.socket.send('oops');
    });
    expect(await bad.closed).toEqual({ code: 1007, reason: 'Invalid JSON payload received.' });
    const twice = openRaw(emulator);
    twice.socket.on('open', () => {
      twice.socket.send('{"setup":{}}');
    });
    expect(await twice.closed).toEqual({ code: 1007, reason: 'The session is set up already.' });
  }));

it('answers with 404 on another path, and with 403 for the page of another origin', () =>
  withEmulator({ origins: ['https://app.example'] }, async (emulator) => {
    expect((await openRaw(emulator, { path: '/ws/other' }).closed).reason).toBe('Unexpected server response: 404');
    expect((await openRaw(emulator, { origin: 'https://evil.example' }).closed).reason).toBe(
      'Unexpected server response: 403',
    );
    for (const origin of ['https://app.example', 'http://localhost:4000']) {
      const { frames } = openRaw(emulator, { origin });
      await vi.waitFor(() => {
        expect(frames).toHaveLength(1);
      });
    }
    expect(emulator.liveConnections.map(({ refused }) => refused)).toEqual([403, undefined, undefined]);
  }));

it('answers a request to upgrade to another protocol over HTTP', () =>
  withEmulator({ reply: 'Hello' }, async (emulator) => {
    const body = JSON.stringify({ contents: [{ parts: [{ text: 'Hi' }] }] });
    const answer = await new Promise<string>((resolve) => {
      let received = '';
      const socket: Socket = connect(new URL(emulator.url).port as unknown as AddressInfo['port'], '127.0.0.1', () => {
        socket.write(
          'POST /v1beta/models/any:generateContent HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n' +
            `Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: ${String(body.length)}\r\n\r\n${body.slice(0, 10)}`,
        );
        setTimeout(() => socket.write(body.slice(10)), 20);
      });
      socket.on('data', (data: Buffer) => {
        received += data.toString();
        if (received.trimEnd().endsWith('}')) socket.destroy();
      });
      socket.on('close', () => {
        resolve(received);
      });
    });
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(answer).toContain('"text": "Hello"');
    expect(emulator.requests).toHaveLength(1);
  }));

it('ends all connections and timers with `close`', () =>
  withEmulator({ live: { goAway: { after: 60_000 }, start: ['one', { wait: 60_000 }, 'two'] } }, async (emulator) => {
    const { waitFor, closed, messages } = await connectLive(emulator, text);
    await waitFor(() => textOf(messages) === 'one');
    expect(emulator.connections).toBe(1);
    await emulator.close();
    expect(await closed).toMatchObject({ code: 1006 });
    await emulator.liveConnections[0]?.closed;
    expect(emulator.liveConnections[0]).toMatchObject({ closedBy: undefined, closeCode: 1006 });
    expect(emulator.connections).toBe(0);
    expect(process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap')).toEqual([]);
  }));

it('keeps the last connections, with `history`', () =>
  withEmulator({ history: 1 }, async (emulator) => {
    for (let count = 0; count < 2; count += 1) await connectLive(emulator, text);
    expect(emulator.liveConnections.map(({ index }) => index)).toEqual([1]);
  }));
