import { text } from 'node:stream/consumers';
import { finalize, lastValueFrom, tap } from 'rxjs';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import { timeoutReply } from '../../operators/protect/timeoutReply.js';
import { withMetrics, type ReplyReport } from '../../operators/measure/withMetrics.js';
import { withProgress } from '../../operators/show/withProgress.js';
import { fromGemini } from '../sources/fromGemini.js';
import { numberOption, parseCommandLine } from './commandLine.js';
import { connect } from './connect.js';
import { Display } from './display.js';
import { interrupt } from './interrupt.js';
import { failureLine, reportLine } from './statusLines.js';

const askOptions = {
  model: { type: 'string', short: 'm', default: 'gemini-2.5-flash' },
  'base-url': { type: 'string' },
  system: { type: 'string' },
  timeout: { type: 'string', default: '60' },
  retries: { type: 'string', default: '3' },
} as const;

/** Streams a reply to the terminal; returns the exit code. */
export async function askCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, askOptions);
  const first = numberOption('--timeout', values.timeout, 0.001, 86_400) * 1000;
  const count = numberOption('--retries', values.retries, 0, 100);
  const prompt = await readPrompt(positionals);
  const display = new Display(process.stdout, process.stderr);
  const connection = await connect(values['base-url'], (line) => {
    display.note(line);
  });
  const interrupted$ = interrupt();
  let report: ReplyReport | undefined;
  const config = values.system === undefined ? {} : { systemInstruction: values.system };
  const reply$ = fromGemini(connection.ai, { model: values.model, contents: prompt, config }).pipe(
    timeoutReply({ first }),
    classifyErrors(),
    retryTransient({
      count,
      onRetry: ({ delay }) => {
        display.note(`The service is busy; trying again in ${(delay / 1000).toFixed(1)} s`);
      },
    }),
    takeUntilCancel(interrupted$),
    withMetrics({
      onReport: (final) => {
        report = final;
      },
    }),
    withProgress(),
    bufferChunks({ until: 'word', maxWait: 50 }),
    tap((chunk) => {
      display.show(chunk);
    }),
    finalize(() => {
      display.end();
    }),
  );
  try {
    await lastValueFrom(reply$, { defaultValue: undefined });
    if (report) display.note(reportLine(report.outcome, report.metrics));
    return report?.outcome === 'cancelled' ? 130 : 0;
  } catch (error) {
    display.note(failureLine(error, values.model));
    return 1;
  } finally {
    await connection.close();
  }
}

async function readPrompt(words: string[]): Promise<string> {
  if (words.length === 1 && words[0] === '-') return text(process.stdin);
  return words.join(' ') || 'Why is the sky blue?';
}
