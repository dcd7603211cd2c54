import { isEmptyText } from '../../src/chunk/contentsOf.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { toReplyPart } from '../../src/chunk/replyPart.js';
import type { ReplyOutcome } from '../../src/chunk/replyStatus.js';
import type { GeminiPart } from '../../src/chunk/response.js';
import { finishReasonName } from './conventions.js';

/**
 * The output of the model in the JSON form of the conventions: a message for each candidate. Blobs have no bytes, which
 * would fill a span; signatures are omitted.
 */
export function outputMessages({ candidates = [] }: GeminiChunk, outcome: ReplyOutcome): string {
  const messages = candidates.map(({ content, finishReason }) => ({
    role: 'assistant',
    parts: (content?.parts ?? []).filter((part) => !isEmptyText(part)).map(messagePart),
    finish_reason: finishReasonName(finishReason, outcome),
  }));
  return JSON.stringify(messages);
}

function messagePart(part: GeminiPart): object {
  const replyPart = toReplyPart(part);
  switch (replyPart.type) {
    case 'text':
      return { type: 'text', content: replyPart.text };
    case 'thought':
      return { type: 'reasoning', content: replyPart.text };
    case 'functionCall': {
      const { id, name, args } = replyPart.functionCall;
      return { type: 'tool_call', id, name, arguments: args };
    }
    case 'functionResponse': {
      const { id, name, response } = replyPart.functionResponse;
      return { type: 'tool_call_response', id, name, response: response ?? null };
    }
    case 'inlineData':
      return { type: 'blob', ...media(replyPart.inlineData.mimeType), content: '' };
    case 'fileData':
      return { type: 'uri', ...media(replyPart.fileData.mimeType), uri: replyPart.fileData.fileUri ?? '' };
    case 'executableCode':
      return {
        type: 'server_tool_call',
        name: codeExecution,
        server_tool_call: { type: codeExecution, ...replyPart.executableCode },
      };
    case 'codeExecutionResult':
      return {
        type: 'server_tool_call_response',
        server_tool_call_response: { type: codeExecution, ...replyPart.codeExecutionResult },
      };
    case 'toolCall': {
      const { id, toolType = '', args } = replyPart.toolCall;
      const name = toolType.toLowerCase();
      return { type: 'server_tool_call', id, name, server_tool_call: { ...args, type: name } };
    }
    case 'toolResponse': {
      const { id, toolType = '', response } = replyPart.toolResponse;
      const type = toolType.toLowerCase();
      return { type: 'server_tool_call_response', id, server_tool_call_response: { ...response, type } };
    }
    default: {
      const { thoughtSignature: _, ...unknown } = part;
      return { ...unknown, type: 'unknown' };
    }
  }
}

const codeExecution = 'code_execution';

function media(mimeType = ''): object {
  const [kind = ''] = mimeType.split('/');
  return { mime_type: mimeType, modality: modalities.has(kind) ? kind : 'document' };
}

const modalities: ReadonlySet<string> = new Set(['image', 'video', 'audio']);
