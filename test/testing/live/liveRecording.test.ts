import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LiveMessage } from '../../../src/live/liveMessage.js';
import { formatLiveRecording, type LiveFrame, parseLiveRecording } from '../../../src/live/script/liveRecording.js';
import { replayLiveRecording } from '../../../src/live/script/replayLiveRecording.js';
import { fakeGemini } from '../../../src/testing/fakeGemini.js';
import type { FakeLiveSession } from '../../../src/testing/fakeLiveApi.js';

const shared = fileURLToPath(new URL('../../../../shared/recordings', import.meta.url));

/** Our own session, so that the suite says something without the recordings. */
const own: LiveFrame[] = [
  { from: 'client', message: { setup: { model: 'models/live' } } },
  { from: 'server', message: { setupComplete: {} } },
  { from: 'server', message: { sessionResumptionUpdate: { newHandle: 'h', resumable: true } } },
  {
    from: 'client',
    message: { clientContent: { turns: [{ role: 'user', parts: [{ text: 'naïve 🌍' }] }], turnComplete: true } },
  },
  { from: 'server', message: { toolCall: { functionCalls: [{ id: '1', name: 'weather', args: {} }] } } },
  { from: 'client', message: { toolResponse: { functionResponses: [{ id: '1', name: 'weather', response: {} }] } } },
  { from: 'server', message: { serverContent: { modelTurn: { parts: [{ text: '日本語' }] } } } },
  { from: 'server', message: 'not JSON' },
  { from: 'server', message: { serverContent: { turnComplete: true } } },
  { from: 'client', message: { realtimeInput: { text: 'more' } } },
  { from: 'server', message: { serverContent: { interrupted: true } } },
];

function recordedSessions(): [name: string, log: string][] {
  const folder = process.env['RECORDINGS_DIR'] ?? shared;
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.websocket.log')) : [];
  return [
    ['own', formatLiveRecording(own)],
    ...files.map((name): [string, string] => [name, readFileSync(path.join(folder, name), 'utf8')]),
  ];
}

/** Sends the inputs of a recording, as its client did, and returns the messages that arrive. */
async function replay(log: string): Promise<unknown[]> {
  const ai = fakeGemini([], { live: replayLiveRecording(log) });
  const messages: unknown[] = [];
  const callbacks = {
    onmessage: (message: LiveMessage) => messages.push(message),
    onerror: () => messages.push('not JSON'),
  };
  const session = await ai.live.connect({ model: 'any', callbacks });
  for (const { from, message } of parseLiveRecording(log)) {
    if (from === 'client') send(session, message as object);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  session.close();
  return messages;
}

function send(session: FakeLiveSession, message: object): void {
  if ('clientContent' in message) session.sendClientContent(message.clientContent as object);
  if ('realtimeInput' in message) session.sendRealtimeInput(message.realtimeInput as object);
  if ('toolResponse' in message) session.sendToolResponse(message.toolResponse as never);
}

describe('replayLiveRecording', () => {
  it.each(recordedSessions())('sends the messages of the server of %s', async (_, log) => {
    const frames = parseLiveRecording(log);
    const expected = frames.filter(({ from }) => from === 'server').map(({ message }) => message);
    expect(await replay(log)).toEqual(expected);
  });

  it('waits with a recorded call for the response', async () => {
    const log = formatLiveRecording(own.filter(({ message }) => !JSON.stringify(message).includes('toolResponse')));
    expect(JSON.stringify(await replay(log))).not.toContain('日本語');
  });

  it('refuses a log that is malformed, or has no frames', () => {
    expect(() => replayLiveRecording('>99 {}\n')).toThrow('Expected a frame of a Live session at byte 0 of the log');
    expect(() => replayLiveRecording('')).toThrow('Expected `log` to have at least one frame, got none');
    expect(() => replayLiveRecording(3 as never)).toThrow('Expected `log` to be the text of a log, got 3');
    expect(() => replayLiveRecording('>3 {}\n', { pace: -1 })).toThrow('Expected `pace` to be a non-negative number');
  });
});

describe('formatLiveRecording', () => {
  it.each(recordedSessions())('keeps the frames of %s', (_, log) => {
    const frames = parseLiveRecording(log);
    expect(parseLiveRecording(formatLiveRecording(frames))).toEqual(frames);
  });

  it('counts the bytes of a frame and of its line end', () => {
    expect(formatLiveRecording([{ from: 'client', message: { a: 'é' } }])).toBe('>11 {"a":"é"}\n');
  });
});
