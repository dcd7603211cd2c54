import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { apiError } from '../../src/emulator/apiError.js';
import { startEmulator, type EmulatorOptions } from '../../src/emulator/startEmulator.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The command in one file: without `tsx` in each process, it starts in a third of the time. */
const cli = `${root}node_modules/.cache/rxjs-gemini/cli.mjs`;
const node = [process.execPath, '--enable-source-maps', cli] as const;

beforeAll(async () => {
  const entryPoints = [`${root}src/cli/main.ts`];
  await build({ entryPoints, outfile: cli, bundle: true, packages: 'external', format: 'esm', platform: 'node' });
});

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user would, without a key; `onOutput` sees stdout grow. */
async function run(
  args: string[],
  onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Run> {
  const [command, ...rest] = node;
  const { GEMINI_API_KEY: _, GOOGLE_API_KEY: __, ...env } = process.env;
  const child = spawn(command, [...rest, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(stdout, (signal) => child.kill(signal));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

async function emulator(options: EmulatorOptions): Promise<string[]> {
  const server = await startEmulator(options);
  onTestFinished(() => server.close());
  return ['--base-url', server.url];
}

describe('ask', { timeout: 30_000 }, () => {
  it('streams from its own emulator without a key, reports that on stderr, and writes only the text to stdout', async () => {
    const { code, stdout, stderr } = await run(['ask', 'Why?']);
    expect(code).toBe(0);
    expect(stdout).toContain('Why?');
    expect(stdout).not.toContain('\u001B');
    expect(stderr.split('\n')[0]).toBe('No GEMINI_API_KEY: this is the embedded emulator, not a model.');
    expect(stderr).toMatch(/Done: \d+ tokens in [\d.]+ s · first text after [\d.]+ s · \d+ tokens\/s/);
  });

  it('sends the given model and instruction to another endpoint', async () => {
    const server = await startEmulator({
      reply: ({ model, body }) => `${model} ${JSON.stringify(body['systemInstruction'])}`,
    });
    onTestFinished(() => server.close());
    const { stdout } = await run(['ask', '--base-url', server.url, '-m', 'gemini-x', '--system', 'Be brief', 'Hello']);
    expect(stdout).toMatch(/^gemini-x .*Be brief/);
  });

  it('cancels at Ctrl-C, keeps the text so far, reports it, and exits with 130', async () => {
    const chunks = ['These words came. ', 'These never do.'];
    const args = await emulator({ reply: { chunks, stallAfter: { chunks: 1 } } });
    let isKilled = false;
    const { code, stdout, stderr } = await run(['ask', ...args, 'Hello'], (_, kill) => {
      if (!isKilled) kill('SIGINT');
      isKilled = true;
    });
    expect(code).toBe(130);
    expect(stdout).toBe('These words came. ');
    expect(stderr).toContain('Cancelled; kept');
  });

  it.each<[string, EmulatorOptions, RegExp]>([
    ['a bad key', { apiKey: 'secret' }, /^Gemini does not accept the API key .*\.\n$/],
    [
      'an unknown model',
      { models: ['another'] },
      /^The model does not exist, .*Is there a model 'gemini-2.5-flash'\?\n$/,
    ],
    [
      'a blocked prompt',
      { reply: [{ promptFeedback: { blockReason: 'SAFETY' } }] },
      /^The prompt was blocked \(SAFETY\).*\.\n$/,
    ],
    [
      'a refused request',
      { reply: { error: apiError({ code: 400, message: 'No such field' }) } },
      /No such field\.\n$/,
    ],
    ['silence', { reply: { firstDelay: 1e9 } }, /^.*\.\n$/],
  ])('says in one sentence that it met %s, and exits with 1', async (_, options, sentence) => {
    const args = await emulator(options);
    const { code, stdout, stderr } = await run(['ask', ...args, '--timeout', '0.5', '--retries', '0', 'Hello']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('reports in one sentence that there is no network', async () => {
    const { code, stderr } = await run(['ask', '--base-url', 'http://127.0.0.1:1', '--retries', '0', 'Hello']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^There is no connection to the service.*\.\n$/);
  });

  it('ends without output when the reader closes stdout', async () => {
    const args = await emulator({ reply: { chunks: Array.from({ length: 1000 }, () => 'and so on '), pace: 5 } });
    const [command, ...rest] = node;
    const child = spawn(command, [...rest, 'ask', ...args, 'Hello'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(stderr).toBe('');
  });

  it('keeps the text from before the reply broke', async () => {
    const args = await emulator({ reply: { chunks: ['Half of ', 'it, ', 'never'], dropAfter: { chunks: 2 } } });
    const { code, stdout, stderr } = await run(['ask', ...args, 'Hello']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'Half of it, ' });
    expect(stderr).toMatch(/^The connection was closed before the reply was whole\.\n$/);
  });

  it('asks a model through the Interactions API', async () => {
    const args = await emulator({ reply: ({ action, model }) => `${action} of ${model}` });
    const { code, stdout } = await run(['ask', ...args, '--api', 'interactions', '-m', 'gemini-x', 'Hello']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'createInteraction of gemini-x' });
  });

  it('prints the id of a run in the background, which continues after Ctrl-C, and follows the run from there', async () => {
    const words = ['One ', 'two ', 'three ', 'four ', 'five.'];
    const server = await startEmulator({ reply: { chunks: words, pace: 300 } });
    onTestFinished(() => server.close());
    let isKilled = false;
    const started = await run(
      ['ask', '--base-url', server.url, '--agent', 'deep-research-x', '--background', 'Hello'],
      (stdout, kill) => {
        if (!isKilled && stdout.includes('two')) kill('SIGINT');
        isKilled ||= stdout.includes('two');
      },
    );
    expect(started.code).toBe(130);
    const [, id = ''] = /^Interaction (\S+)$/m.exec(started.stderr) ?? [];
    const [, command = ''] = /To read the rest: rxjs-gemini (ask .*)$/m.exec(started.stderr) ?? [];
    expect(command).toContain(`ask --follow ${id} --after `);
    expect(started.stderr).toContain('Left after');
    const followed = await run(command.replaceAll("'", '').split(' '));
    expect(followed.code).toBe(0);
    expect(started.stdout + followed.stdout).toBe(words.join(''));
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it.each([
    [['ask', '--api', 'live', 'Hello'], "Expected --api to be generateContent or interactions, got 'live'"],
    [['ask', '--background', 'Hello'], 'Expected --api interactions or --agent with --background'],
    [['ask', '--follow', 'v1_a', 'Hello'], 'Expected --follow without a prompt, --agent, --background'],
    [['ask', '--follow', 'v1_a', '--system', 'Hello'], 'Expected --follow without a prompt'],
    [['ask', '--after', '1', 'Hello'], 'Expected --follow with --after'],
    [
      ['ask', '--follow', 'v1_a', '--after', 'soon'],
      "Expected --after to be a cursor that ask has printed, got 'soon'",
    ],
  ])('refuses %j in one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it.each([
    [['ask', '--colour', 'Hello'], "Unknown option '--colour'. Try 'rxjs-gemini --help'."],
    [
      ['ask', '--timeout', 'soon', 'Hello'],
      "Expected --timeout to be a number from 0.001 to 86400, got 'soon'. Try 'rxjs-gemini --help'.",
    ],
    [['sing'], "There is no command 'sing'. Try 'rxjs-gemini --help'."],
  ])('refuses %j and exits with 2', async (args, sentence) => {
    expect(await run(args)).toEqual({ code: 2, stdout: '', stderr: `rxjs-gemini: ${sentence}\n` });
  });
});

describe('emulator', { timeout: 30_000 }, () => {
  it('serves on the given port until Ctrl-C', async () => {
    let answered: Promise<string> | undefined;
    const { code, stdout } = await run(['emulator', '--port', '0', '--pace', '0'], (output, kill) => {
      const url = /listens on (\S+)/.exec(output)?.[1];
      if (!url || answered) return;
      answered = fetch(`${url}/v1beta/models/m:generateContent`, {
        method: 'POST',
        body: JSON.stringify({ contents: [{ parts: [{ text: 'Hello' }] }] }),
      })
        .then((response) => response.text())
        .finally(() => {
          kill('SIGINT');
        });
    });
    expect(code).toBe(0);
    expect(stdout).toContain('The Gemini emulator listens on http://127.0.0.1:');
    expect(await answered).toContain('"candidates"');
  });

  it('fails and breaks answers as its options say', async () => {
    const args = [
      '--port',
      '0',
      '--pace',
      '0',
      '--seed',
      '7',
      '--fail',
      '429',
      '--retry-delay',
      '1500',
      '--every',
      '2',
    ];
    let answered: Promise<Response[]> | undefined;
    const { code } = await run(['emulator', ...args, '--drop-after', '1'], (output, kill) => {
      const url = /listens on (\S+)/.exec(output)?.[1];
      if (!url || answered) return;
      const body = JSON.stringify({ contents: [{ parts: [{ text: 'Hello' }] }] });
      const ask = () => fetch(`${url}/v1beta/models/m:streamGenerateContent?alt=sse`, { method: 'POST', body });
      answered = (async () => {
        const responses = [await ask(), await ask(), await ask(), await ask()];
        await responses[0]?.text();
        await expect(responses[3]?.text()).rejects.toThrow('terminated');
        return responses;
      })().finally(() => {
        kill('SIGINT');
      });
    });
    expect(code).toBe(0);
    const responses = (await answered)!;
    expect(responses.map(({ status }) => status)).toEqual([200, 429, 200, 200]);
    expect(await responses[1]!.json()).toMatchObject({ error: { details: [{ retryDelay: '1.5s' }] } });
  });

  it.each([
    [['--fail', 'busy'], "Expected --fail to be a whole number from 400 to 599, got 'busy'"],
    [['--every', '5'], 'Expected --fail or --drop-after with --every'],
    [['--seed', '-1'], '--seed'],
    [['--seed', '1', '--replay', 'x'], 'Expected --replay or --seed'],
    [['--pace', 'fast'], 'Expected --pace to be a number'],
  ])('refuses %j with a sentence and exit code 2', async (args, sentence) => {
    const { code, stdout, stderr } = await run(['emulator', '--port', '0', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
