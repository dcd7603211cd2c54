import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { replayRecording, type Recording } from '../../src/emulator/replayRecording.js';
import { post, postRaw, start } from './wire.js';

const EVENTS = ['data: {"n":1}\r\n\r\n', 'data: {"n":2}\n\n', 'data: {"n":3}\r\r', '{\n  "error": {}\n}\n'];
const RECORDING: Recording = {
  name: 'two exchanges',
  exchanges: [
    {
      response: {
        status: 200,
        headers: { 'Content-Type': 'text/event-stream', 'Content-Length': '3' },
        body: EVENTS.join(''),
      },
    },
    { response: { status: 404, headers: { 'X-Recorded': 'yes' }, body: { error: { code: 404 } } } },
  ],
};

describe('replayRecording', () => {
  it('answers byte for byte, exchange by exchange, and then begins again', async () => {
    const emulator = await start({ reply: replayRecording(RECORDING) });
    const first = await post(emulator);
    expect(first.headers.get('content-type')).toBe('text/event-stream');
    expect(await first.text()).toBe(EVENTS.join(''));
    const second = await post(emulator);
    expect([second.status, second.headers.get('x-recorded')]).toEqual([404, 'yes']);
    expect(await second.json()).toEqual({ error: { code: 404 } });
    expect(await (await post(emulator)).text()).toBe(EVENTS.join(''));
  });

  it('keeps its own place: other requests do not count', async () => {
    const emulator = await start({ reply: replayRecording(RECORDING) });
    await post(emulator, '/nowhere');
    expect((await post(emulator)).status).toBe(200);
  });

  it('counts each event as a chunk, so that the faults apply', async () => {
    const emulator = await start({ reply: replayRecording(RECORDING, { dropAfter: { chunks: 3 } }) });
    expect(await postRaw(emulator)).toMatchObject({ packets: EVENTS.slice(0, 3), isWhole: false });
  });

  it('throws at the call on a recording without exchanges and on a wrong option', () => {
    expect(() => replayRecording({ exchanges: [] })).toThrow(TypeError);
    expect(() => replayRecording(null as unknown as Recording)).toThrow('Expected `recording.exchanges` to be a list');
    expect(() => replayRecording(RECORDING, { pace: -1 })).toThrow('Expected `pace` to be');
  });
});

const folder = process.env['RECORDINGS_DIR'] ?? fileURLToPath(new URL('../../../shared/recordings', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

describe.skipIf(names.length === 0)('every recording', () => {
  it.each(names)('goes over the wire as it is: %s', async (name) => {
    const recording = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Recording;
    const emulator = await start({ reply: replayRecording(recording) });
    for (const { response } of recording.exchanges) {
      const answer = await post(emulator);
      expect(answer.status).toBe(response.status);
      expect(await answer.text()).toBe(response.body);
    }
  });
});
