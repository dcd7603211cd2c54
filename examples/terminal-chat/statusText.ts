import type { ReplyCost, ReplyMetrics } from 'rxjs-gemini';

/** The metrics of a reply in one line: its tokens, their rate, their cost, and the cost of all replies so far. */
export function statusText({ metrics, cost }: { metrics: ReplyMetrics; cost: ReplyCost }, total: number): string {
  const { elapsed, outputTokens, tokensPerSecond } = metrics;
  const facts = [
    `${(elapsed / 1000).toFixed(1)} s`,
    outputTokens === undefined ? [] : `${String(outputTokens)} tokens`,
    tokensPerSecond === undefined ? [] : `${tokensPerSecond.toFixed(0)} tokens/s`,
    `${cost.estimated ? 'about ' : ''}${dollars(cost.total)}`,
    `${dollars(total)} in all`,
  ];
  return facts.flat().join(' · ');
}

function dollars(amount: number): string {
  return `$${amount.toFixed(6)}`;
}
