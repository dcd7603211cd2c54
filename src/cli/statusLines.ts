import type { ReplyReport } from '../../operators/measure/withMetrics.js';

/** The metrics of a reply in one line. */
export function summarize({ outcome, metrics }: ReplyReport): string {
  const { elapsed, timeToFirstText, chars, outputTokens, tokensPerSecond } = metrics;
  const written = outputTokens === undefined ? `${String(chars)} characters` : `${String(outputTokens)} tokens`;
  const facts = [
    `${outcome === 'cancelled' ? 'Cancelled; kept' : 'Done:'} ${written} in ${seconds(elapsed)}`,
    timeToFirstText === undefined ? [] : `first text after ${seconds(timeToFirstText)}`,
    tokensPerSecond === undefined ? [] : `${tokensPerSecond.toFixed(0)} tokens/s`,
  ];
  return facts.flat().join(' · ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
