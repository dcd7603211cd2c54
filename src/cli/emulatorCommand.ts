import { readFile } from 'node:fs/promises';
import { firstValueFrom } from 'rxjs';
import { defaultReply } from '../emulator/defaultReply.js';
import { replayRecording, type Recording } from '../emulator/replayRecording.js';
import type { EmulatorReply } from '../emulator/scenario.js';
import { startEmulator } from '../emulator/startEmulator.js';
import { numberOption, parseCommandLine, UsageError, wholeOption } from './commandLine.js';
import { faultyReply } from './emulatorFaults.js';
import { interrupt } from './interrupt.js';

const emulatorOptions = {
  port: { type: 'string', short: 'p', default: '8080' },
  host: { type: 'string', default: '127.0.0.1' },
  pace: { type: 'string' },
  replay: { type: 'string' },
  seed: { type: 'string' },
  fail: { type: 'string' },
  'retry-delay': { type: 'string' },
  'drop-after': { type: 'string' },
  every: { type: 'string' },
} as const;

/** Runs the emulator until Ctrl-C; returns the exit code. */
export async function emulatorCommand(args: string[]): Promise<number> {
  const { values } = parseCommandLine(args, emulatorOptions);
  const withFaults = faultyReply(values);
  const port = numberOption('--port', values.port, 0, 65_535);
  const server = await startEmulator({
    port,
    host: values.host,
    reply: withFaults(await replyOption(values)),
    history: 100,
    ref: true,
  });
  process.stdout.write(`The Gemini emulator listens on ${server.url}\n`);
  process.stderr.write(`Try: rxjs-gemini ask --base-url ${server.url} "Why is the sky blue?"  (Ctrl-C ends it)\n`);
  await firstValueFrom(interrupt(), { defaultValue: undefined });
  await server.close();
  return 0;
}

interface ReplyOptions {
  readonly pace?: string | undefined;
  readonly replay?: string | undefined;
  readonly seed?: string | undefined;
}

async function replyOption({ pace: paceText, replay, seed: seedText }: ReplyOptions): Promise<EmulatorReply> {
  const pace = paceText === undefined ? undefined : numberOption('--pace', paceText, 0, 60_000);
  const seed = seedText === undefined ? undefined : wholeOption('--seed', seedText, 0, Number.MAX_SAFE_INTEGER);
  if (replay === undefined) return defaultReply({ pace, seed });
  if (seed !== undefined) throw new UsageError('Expected --replay or --seed: a recording has its own words');
  return replayRecording(readRecording(await readFile(replay, 'utf8')), { pace });
}

/** A recording of `record`, and recorded events of an interaction, are JSON lines; recorded exchanges are one JSON. */
function readRecording(file: string): Recording | string {
  const [firstLine = ''] = file.trimStart().split('\n', 1);
  const isLines = firstLine.startsWith('{"recording":') || firstLine.includes('"event_type"');
  return isLines ? file : (JSON.parse(file) as Recording);
}
