import type { ReplyCost } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { ReplyAnnotations } from '../../src/chunk/replyAnnotations.js';
import { isGeminiError } from '../../src/errors/geminiError.js';
import { apiError, type ApiErrorOptions } from '../../src/emulator/apiError.js';
import type { Look, LookKind } from './scene.js';

const lookMaker =
  (kind: LookKind) =>
  (label: string, note?: string): Look => ({ kind, label, ...(note !== undefined && { note }) });

export const text = lookMaker('text');
export const value = lookMaker('value');
export const notice = lookMaker('notice');
export const mark = lookMaker('mark');
export const finish = lookMaker('finish');
/** The view after a value: its text, and a progress bar if the note is a percentage. */
export const screen = lookMaker('screen');

/** The look of a chunk: its content, with its annotations as the note. */
export function lookOfChunk(chunk: GeminiChunk & ReplyAnnotations): Look {
  const { cancelled, stopped, retrying, queued, resumed, progress, cost } = chunk;
  if (retrying) return notice('retrying', retrying.delay ? `in ${duration(retrying.delay)}` : 'now');
  if (queued) return notice(queued.position === 0 ? 'your turn' : `queued #${queued.position}`);
  const note = notesOf(chunk);
  if (cancelled ?? stopped) {
    const label = cancelled ? 'cancelled' : 'stopped';
    return chunk.text ? text(chunk.text, note ?? label) : mark(label, note);
  }
  const [candidate] = chunk.candidates ?? [];
  if (chunk.text) return text(chunk.text, resumed ? 'resumed' : (note ?? candidate?.finishReason));
  const [part] = candidate?.content?.parts ?? [];
  if (part?.functionCall) return value(`${part.functionCall.name ?? ''}()`, note);
  if (part?.thought) return value('thought', note);
  if (candidate?.finishReason) return finish(candidate.finishReason, note);
  if (chunk.promptFeedback?.blockReason) return value('blocked', note);
  return progress
    ? notice(percentOf(progress.percent))
    : cost
      ? notice(dollars(cost))
      : notice(Object.keys(chunk).find((name) => name !== 'text') ?? 'notice', note);
}

function notesOf({ progress, metrics, cost }: ReplyAnnotations): string | undefined {
  const notes = [
    progress && percentOf(progress.percent),
    cost && dollars(cost),
    metrics?.timeToFirstText !== undefined && `first ${duration(metrics.timeToFirstText)}`,
  ].filter((note) => typeof note === 'string');
  return notes.length > 0 ? notes.join(' ') : undefined;
}

const percentOf = (percent: number) => `${Math.round(percent)} %`;
const dollars = ({ total, estimated }: ReplyCost) => `${estimated && total > 0 ? 'about ' : ''}$${total}`;

/** The label of an error: the kind of a `GeminiError`, the HTTP status of an error of the SDK, else the message. */
export function errorLabel(error: unknown): string {
  if (isGeminiError(error)) return error.kind;
  if (error instanceof WireError) return error.label;
  return error instanceof Error ? error.message : String(error);
}

/** A time in ms, in the unit in which it is shortest. */
export function duration(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toFixed(2))} s`;
}

/** The error with which the SDK reports a failure of the API. */
export class WireError extends Error {
  readonly status: number;
  readonly label: string;

  constructor(options: ApiErrorOptions) {
    super(JSON.stringify(apiError(options)));
    this.status = options.code;
    this.label = String(options.code);
  }
}
