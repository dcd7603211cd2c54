import { apiError } from '../emulator/apiError.js';
import type { EmulatorReply, EmulatorScenario } from '../emulator/scenario.js';
import { scenarioOf } from '../emulator/scenarioOf.js';
import { UsageError, wholeOption } from './commandLine.js';

/** The options of `emulator` that break answers. */
export interface FaultOptions {
  readonly fail?: string | undefined;
  readonly 'retry-delay'?: string | undefined;
  readonly 'drop-after'?: string | undefined;
  readonly every?: string | undefined;
}

/** Makes a reply from another one: of every few requests, one meets a fault; several faults take turns. */
export type FaultyReply = (reply: EmulatorReply) => EmulatorReply;

/** @throws UsageError - If the options are wrong or contradict each other. */
export function faultyReply(options: FaultOptions): FaultyReply {
  const faults = [errorFault(options), dropFault(options)].flatMap((fault) => fault ?? []);
  const { every } = options;
  if (every !== undefined && faults.length === 0) throw new UsageError('Expected --fail or --drop-after with --every');
  const distance = every === undefined ? 1 : wholeOption('--every', every, 1, 1_000_000);
  if (faults.length === 0) return (reply) => reply;

  return (reply) => {
    let count = 0;
    return async (request) => {
      count += 1;
      const fault = count % distance === 0 ? faults[(count / distance - 1) % faults.length] : undefined;
      if (fault?.error) return fault;
      const answer = await reply(request);
      return fault ? { ...scenarioOf(answer), ...fault } : answer;
    };
  };
}

function errorFault({ fail, 'retry-delay': delay }: FaultOptions): EmulatorScenario | undefined {
  if (fail === undefined) {
    if (delay !== undefined) throw new UsageError('Expected --fail with --retry-delay');
    return undefined;
  }
  const code = wholeOption('--fail', fail, 400, 599);
  if (delay === undefined) return { error: apiError({ code }) };
  const retryDelay = wholeOption('--retry-delay', delay, 0, 86_400_000);
  // The header is for the Interactions API, whose errors have no details.
  const headers = { 'Retry-After': String(Math.ceil(retryDelay / 1000)) };
  return { error: apiError({ code, retryDelay }), headers };
}

function dropFault({ 'drop-after': chunks }: FaultOptions): EmulatorScenario | undefined {
  return chunks === undefined
    ? undefined
    : { dropAfter: { chunks: wholeOption('--drop-after', chunks, 0, 1_000_000) } };
}
