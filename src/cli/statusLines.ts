import { styleText } from 'node:util';
import type { ReplyMetrics, ReplyProgress, Retrying } from '../chunk/annotations.js';
import type { ReplyOutcome } from '../chunk/replyStatus.js';
import { isGeminiError, type GeminiError } from '../errors/geminiError.js';

const barWidth = 24;

/** The progress of a reply: a bar, the percentage, the phase and the pace, on one line that fits into the terminal. */
export function progressLine(progress: ReplyProgress, tokensPerSecond: number | undefined, columns: number): string {
  const { percent, phase } = progress;
  const filled = Math.round((percent / 100) * barWidth);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  const pace = tokensPerSecond === undefined ? '' : ` · ${tokensPerSecond.toFixed(0)} tokens/s`;
  const line = `${bar} ${percent.toFixed(0).padStart(3)} % ${phase}${pace}`;
  return styleText('cyan', line.slice(0, Math.max(0, columns - 1)));
}

/** The metrics of a reply that has ended, or of one that continues without this reader. */
export function reportLine(outcome: ReplyOutcome, metrics: ReplyMetrics, continues = false): string {
  const { elapsed, timeToFirstText, chars, outputTokens, tokensPerSecond } = metrics;
  const size = outputTokens === undefined ? `${String(chars)} characters` : `${String(outputTokens)} tokens`;
  const facts = [
    `${outcome === 'cancelled' ? (continues ? 'Left after' : 'Cancelled; kept') : 'Done:'} ${size} in ${seconds(elapsed)}`,
    timeToFirstText === undefined ? [] : `first text after ${seconds(timeToFirstText)}`,
    tokensPerSecond === undefined ? [] : `${tokensPerSecond.toFixed(0)} tokens/s`,
  ];
  return facts.flat().join(' · ');
}

/** The next request after a failure, before the wait for it. */
export function retryLine({ delay, kind }: Retrying): string {
  return `${retryReasons.get(kind) ?? 'The request failed'}; trying again in ${seconds(delay)}`;
}

/** The reasons of the failures that are retried most often. */
const retryReasons: ReadonlyMap<string, string> = new Map([
  ['overloaded', 'The service is busy'],
  ['rate_limit', 'Too many requests'],
  ['network', 'The connection failed'],
  ['truncated', 'The reply broke off'],
  ['timeout', 'The service did not answer in time'],
]);

/**
 * An error as one sentence, with advice if there is any.
 *
 * @param model - The model that was asked, if a model was.
 */
export function failureLine(error: unknown, model: string | undefined): string {
  if (!isGeminiError(error)) return error instanceof Error ? error.message : String(error);
  const sentence = error.message.replace(/\s+/g, ' ').trim();
  return `${sentence.replace(/[.;:]?$/, '.')}${adviceOf(error, model)}`;
}

function adviceOf({ kind }: GeminiError, model: string | undefined): string {
  if (kind === 'not_found' && model !== undefined) return ` Is there a model '${model}'?`;
  return kind === 'network' && ignoresProxy(process.env) ? ` ${proxyAdvice}` : '';
}

const proxyAdvice = 'HTTPS_PROXY is set, but Node uses it only with NODE_USE_ENV_PROXY=1, from version 24 on.';

function ignoresProxy({ HTTPS_PROXY, https_proxy: lower, NODE_USE_ENV_PROXY: isUsed }: NodeJS.ProcessEnv): boolean {
  return Boolean(HTTPS_PROXY ?? lower) && isUsed !== '1';
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
