import type { ReplyState } from 'rxjs-gemini';

/** How long a reply may be silent without a word about it. */
const quietMs = 3000;

/** The times of a state, in ms: since the state began, and since the last text. */
interface StatusTimes {
  readonly sinceState: number;
  readonly sinceText: number;
}

/** The state of a reply in one line: why it waits; its tokens, their rate, their cost, and the cost of all replies. */
export function statusText(state: ReplyState, total: number, times: StatusTimes): string {
  return [...waits(state, times), ...metrics(state), `${dollars(total)} in all`].join(' · ');
}

function waits({ status, queued, retrying, reply }: ReplyState, { sinceState, sinceText }: StatusTimes): string[] {
  if (status !== 'waiting' && status !== 'streaming') return [];
  if (queued && queued.position > 0) {
    const delay = queued.delay === undefined ? '' : `, about ${secondsLeft(queued.delay - sinceState)}`;
    return [`Place ${String(queued.position)} in the queue${delay}`];
  }
  if (retrying) {
    const left = retrying.delay - sinceState;
    return [`Trying again ${left > 0 ? `in ${secondsLeft(left)}` : 'now'} (${retrying.kind})`];
  }
  return [
    reply.resumed ? ['The connection broke; the reply goes on'] : [],
    sinceText < quietMs ? [] : [`No text for ${String(Math.floor(sinceText / 1000))} s`],
  ].flat();
}

function metrics({ reply: { metrics, cost } }: ReplyState): string[] {
  if (!metrics || !cost) return [];
  const { elapsed, outputTokens, tokensPerSecond } = metrics;
  return [
    `${(elapsed / 1000).toFixed(1)} s`,
    outputTokens === undefined ? [] : `${String(outputTokens)} tokens`,
    tokensPerSecond === undefined ? [] : `${tokensPerSecond.toFixed(0)} tokens/s`,
    `${cost.estimated ? 'about ' : ''}${dollars(cost.total)}`,
  ].flat();
}

function secondsLeft(ms: number): string {
  return `${String(Math.max(Math.ceil(ms / 1000), 0))} s`;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(6)}`;
}
