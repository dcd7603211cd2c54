import { text } from 'node:stream/consumers';
import { defer, finalize, lastValueFrom, tap } from 'rxjs';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { protectReply } from '../../operators/protect/protectReply.js';
import { withMetrics, type ReplyReport } from '../../operators/measure/withMetrics.js';
import { withProgress } from '../../operators/show/withProgress.js';
import { askSource } from './askSource.js';
import { BackgroundRun } from './backgroundRun.js';
import { numberOption, parseCommandLine } from './commandLine.js';
import { connect } from './connect.js';
import { Display } from './display.js';
import { interrupt } from './interrupt.js';
import { failureLine, reportLine, retryLine } from './statusLines.js';

const askOptions = {
  model: { type: 'string', short: 'm', default: 'gemini-2.5-flash' },
  'base-url': { type: 'string' },
  api: { type: 'string' },
  agent: { type: 'string' },
  background: { type: 'boolean' },
  follow: { type: 'string' },
  after: { type: 'string' },
  system: { type: 'string' },
  timeout: { type: 'string' },
  retries: { type: 'string' },
} as const;

/** Streams a reply to the terminal; returns the exit code. */
export async function askCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, askOptions);
  const openReply = askSource(values, positionals);
  const isRun = values.background === true || values.follow !== undefined;
  // A run in the background may wait for minutes before its first words.
  const timeout = values.timeout ?? (isRun ? undefined : '60');
  const first = timeout === undefined ? undefined : numberOption('--timeout', timeout, 0.001, 86_400) * 1000;
  // A create that broke may have started a run, and a repeat would start another one.
  const retries = values.retries ?? (values.background ? '0' : '3');
  const count = numberOption('--retries', retries, 0, 100);
  const prompt = values.follow === undefined ? await readPrompt(positionals) : '';
  const display = new Display(process.stdout, process.stderr);
  const connection = await connect(values['base-url'], (line) => {
    display.note(line);
  });
  const interrupted$ = interrupt();
  const run = new BackgroundRun(values['base-url']);
  let report: ReplyReport | undefined;
  const reply$ = defer(() => openReply(connection.ai, prompt)).pipe(
    protectReply({
      timeout: first === undefined ? undefined : { first },
      retry: { count },
      cancel: { notifier: interrupted$ },
    }),
    withProgress(),
    withMetrics({
      onReport: (final) => {
        report = final;
      },
    }),
    bufferChunks({ until: 'word', maxWait: 50 }),
    tap((chunk) => {
      if (chunk.retrying?.delay) display.note(retryLine(chunk.retrying));
      const started = run.observe(chunk);
      if (started !== undefined) display.note(started);
      display.show(chunk);
    }),
    finalize(() => {
      display.end();
    }),
  );
  try {
    await lastValueFrom(reply$, { defaultValue: undefined });
    const howToFollow = connection.isEmbedded ? undefined : run.howToFollow;
    if (report) display.note(reportLine(report.outcome, report.metrics, howToFollow !== undefined));
    if (report?.outcome !== 'cancelled') return 0;
    if (howToFollow !== undefined) display.note(howToFollow);
    return 130;
  } catch (error) {
    display.note(failureLine(error, values.follow === undefined ? (values.agent ?? values.model) : undefined));
    if (run.howToFollow !== undefined && !connection.isEmbedded) display.note(run.howToFollow);
    return 1;
  } finally {
    await connection.close();
  }
}

async function readPrompt(words: string[]): Promise<string> {
  if (words.length === 1 && words[0] === '-') return text(process.stdin);
  return words.join(' ') || 'Why is the sky blue?';
}
