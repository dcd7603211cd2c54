import { afterAll, expect, it, vi } from 'vitest';
import { startEmulator } from '../../../src/emulator/startEmulator.js';

vi.mock('ws', () => {
  throw new Error('Cannot find package');
});

const sentence = 'The emulator needs the package `ws` for the Live API: npm install ws';
const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);

afterAll(() => {
  warn.mockRestore();
});

it('rejects without the package `ws`, if `live` is given', async () => {
  await expect(startEmulator({ live: {} })).rejects.toThrow(sentence);
});

it('answers HTTP without the package, and a WebSocket with the status 501 and the sentence', async () => {
  const emulator = await startEmulator({ reply: 'Hello' });
  const path = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';
  const { request } = await import('node:http');
  const answer = await new Promise<{ status: number | undefined; text: string }>((resolve) => {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'a',
    };
    request(emulator.url + path, { headers }, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode, text });
      });
    }).end();
  });
  expect(answer).toEqual({ status: 501, text: sentence });
  expect(warn).toHaveBeenCalledWith(sentence);
  expect(emulator.liveConnections[0]).toMatchObject({ refused: 501 });
  expect((await fetch(`${emulator.url}/v1beta/models`)).status).toBe(200);
  await emulator.close();
});
