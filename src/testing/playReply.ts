import { emptyChunk } from '../chunk/emptyChunk.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { mergeChunks } from '../chunk/mergeChunks.js';
import { toChunk } from '../chunk/toChunk.js';
import { chunk, finishChunk } from './chunks.js';
import type { FakeReply } from './fakeReply.js';
import type { FakeRequest } from './fakeRequest.js';

/** Yields the chunks of a reply at its pace, until the reply ends, fails, falls silent or is aborted. */
export async function* playReply(reply: FakeReply, request: FakeRequest): AsyncGenerator<GeminiChunk, void> {
  const { firstDelay, pace, errorAfter, stallAfter } = reply;
  const breakAfter = async (sent: number): Promise<void> => {
    if (errorAfter?.chunks === sent) await request.fail(errorAfter.error);
    if (stallAfter?.chunks === sent) await request.stall();
  };
  try {
    await breakAfter(0);
    for (const [index, next] of replyChunks(reply).entries()) {
      await request.wait(index === 0 ? firstDelay : pace);
      yield next;
      await breakAfter(index + 1);
    }
    request.throwIfAborted();
    request.end('finished');
  } finally {
    request.end('aborted');
  }
}

function replyChunks({
  text,
  chunks = text === undefined ? [] : splitWords(text),
  finishReason,
}: FakeReply): GeminiChunk[] {
  const all = chunks.map((one) => (typeof one === 'string' ? chunk(one) : toChunk(one)));
  const reason = finishReason === undefined && typeof chunks.at(-1) === 'string' ? 'STOP' : finishReason;
  if (!reason) return all;
  return [...all.slice(0, -1), mergeChunks(all.at(-1) ?? emptyChunk, finishChunk(reason))];
}

/** The words of a text, each with the white space after it. */
function splitWords(text: string): string[] {
  return text.split(/(?<=\s)(?=\S)/);
}
