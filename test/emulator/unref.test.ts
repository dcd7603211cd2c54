import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const imports = `
  import { request } from 'node:http';
  import { GoogleGenAI } from '@google/genai';
  import { startEmulator } from './src/emulator/startEmulator.js';
  import { emulatorFetch } from './src/emulator/emulatorFetch.js';
  const clientOf = (httpOptions) => new GoogleGenAI({ apiKey: 'any', httpOptions });
  const ask = (ai) => ai.models.generateContent({ model: 'M', contents: 'Hi' });
  const run = (ai) => ai.interactions.create({ model: 'M', input: 'Hi', background: true });
`;

/** Runs a script to the end of its process. */
async function runScript(script: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', imports + script];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill());
  const [out, err] = [child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray());
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: (await out!).join(''), stderr: (await err!).join('') };
}

describe('an emulator that nobody closes', { timeout: 60_000 }, () => {
  it.each([
    ['unused', ''],
    ['after an answer', `await ask(clientOf({ baseUrl }));`],
    [
      'with an idle connection of another client',
      `const sent = request(baseUrl + '/v1beta/models', { headers: { connection: 'keep-alive' } }, (answer) => answer.resume());
       sent.on('socket', (socket) => socket.unref()).end();
       await new Promise((resolve) => setTimeout(resolve, 100));`,
    ],
    ['while an interaction runs in the background', `await run(clientOf({ baseUrl }));`],
  ])('lets the process end: %s', async (_, use) => {
    const reply = `({ prompt }) => ({ text: 'Hello', interaction: { queued: 1e6 } })`;
    const script = `const { url: baseUrl } = await startEmulator({ reply: ${reply} }); ${use} console.log('end');`;
    expect(await runScript(script)).toEqual({ code: 0, stdout: 'end\n', stderr: '' });
  });

  it('answers a client of the process that waits', async () => {
    const script = `const { url: baseUrl } = await startEmulator({ reply: { chunks: ['a', 'b'], headersDelay: 200, firstDelay: 200, pace: 200 } });
      console.log((await ask(clientOf({ baseUrl }))).text);
      for await (const chunk of await clientOf({ baseUrl }).models.generateContentStream({ model: 'M', contents: 'Hi' })) console.log(chunk.text);`;
    expect(await runScript(script)).toEqual({ code: 0, stdout: 'ab\na\nb\n', stderr: '' });
  });

  it('holds the process with `ref`', async () => {
    const script = `const emulator = await startEmulator({ ref: true });
      setTimeout(() => { console.log('held'); void emulator.close(); }, 200).unref();`;
    expect(await runScript(script)).toEqual({ code: 0, stdout: 'held\n', stderr: '' });
  });
});

describe('emulatorFetch', { timeout: 60_000 }, () => {
  it('holds the process while it answers, and no longer', async () => {
    const script = `const fetch = emulatorFetch({ reply: { chunks: ['a', 'b'], headersDelay: 200, firstDelay: 200, pace: 200, interaction: { queued: 1e6 } } });
      const ai = clientOf({ fetch });
      for await (const chunk of await ai.models.generateContentStream({ model: 'M', contents: 'Hi' })) console.log(chunk.text);
      await run(ai);
      await fetch('http://x/v1beta/models/M:streamGenerateContent?alt=sse', { method: 'POST', body: '{"contents":[{}]}' });
      console.log('not read');`;
    expect(await runScript(script)).toEqual({ code: 0, stdout: 'a\nb\nnot read\n', stderr: '' });
  });
});
