import type { Cancelled, Stopped } from './annotations.js';
import { isCallPiece, type GeminiFunctionCall } from './functionCallsOf.js';
import { toSendablePart } from './toSendablePart.js';
import type {
  GeminiCandidate,
  GeminiCitation,
  GeminiFunctionResponse,
  GeminiPart,
  GeminiPromptFeedback,
  GeminiToolCall,
  GeminiToolResponse,
  GeminiUsage,
} from './response.js';

/** The optional fields of every {@link ReplyPart} of the model. @public */
export interface ReplyPartFields {
  /** Whether the part is a thought: a summary of thoughts, or an interim picture. */
  readonly thought?: boolean | undefined;
  /** An opaque signature, which must be sent back to the model with this part. */
  readonly thoughtSignature?: string | undefined;
}

/** One part of a reply, from `toParts`: a whole part with its `type`, a citation, or the finish. @public */
export type ReplyPart =
  /** A run of the answer's text. */
  | (ReplyPartFields & { readonly type: 'text'; readonly text: string })
  /** A run of the summary of the thoughts. */
  | (ReplyPartFields & { readonly type: 'thought'; readonly text: string })
  /** A whole function call of the model. */
  | (ReplyPartFields & { readonly type: 'functionCall'; readonly functionCall: GeminiFunctionCall })
  /** The response of a tool, which automatic function calling inserts. */
  | (ReplyPartFields & { readonly type: 'functionResponse'; readonly functionResponse: GeminiFunctionResponse })
  /** The base64 bytes of an image, audio, … */
  | (ReplyPartFields & { readonly type: 'inlineData'; readonly inlineData: NonNullable<GeminiPart['inlineData']> })
  /** A file by its URI. */
  | (ReplyPartFields & { readonly type: 'fileData'; readonly fileData: NonNullable<GeminiPart['fileData']> })
  /** The code that the model runs on the server. */
  | (ReplyPartFields & {
      readonly type: 'executableCode';
      readonly executableCode: NonNullable<GeminiPart['executableCode']>;
    })
  /** The output of that code. */
  | (ReplyPartFields & {
      readonly type: 'codeExecutionResult';
      readonly codeExecutionResult: NonNullable<GeminiPart['codeExecutionResult']>;
    })
  /** The call of a tool that the server runs, such as the search; nobody else answers it. */
  | (ReplyPartFields & { readonly type: 'toolCall'; readonly toolCall: GeminiToolCall })
  /** The response of that tool. */
  | (ReplyPartFields & { readonly type: 'toolResponse'; readonly toolResponse: GeminiToolResponse })
  /** A part of an unknown kind, or a call with missing pieces: all its fields. */
  | (GeminiPart & { readonly type: 'unknown' })
  | CitationPart
  | FinishPart;

/** The citation of a source that the answer quotes, from `toParts`. @public */
export interface CitationPart {
  /** The kind of the part. */
  readonly type: 'citation';
  /** The quoted source. */
  readonly citation: GeminiCitation;
}

/** The finish of a reply, from `toParts`, with the server's metadata on the whole reply. @public */
export interface FinishPart extends Omit<GeminiCandidate, 'index' | 'content' | 'citationMetadata' | 'logprobsResult'> {
  /** The kind of the part. */
  readonly type: 'finish';
  /** The final token counts. */
  readonly usageMetadata?: GeminiUsage | undefined;
  /** The server's feedback on the prompt, with the reason for which the prompt was blocked, if any. */
  readonly promptFeedback?: GeminiPromptFeedback | undefined;
  /** The mark of a reply that this side cancelled. */
  readonly cancelled?: Cancelled | undefined;
  /** The mark of a reply that this side ended early. */
  readonly stopped?: Stopped | undefined;
}

const dataKinds = [
  'functionCall',
  'functionResponse',
  'inlineData',
  'fileData',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const;

/** Adds the `type` to a part; a part that is only a signature becomes an empty text. */
export function toReplyPart(part: GeminiPart): ReplyPart {
  const whole = toSendablePart(part);
  const type = typeOf(whole);
  if (type !== 'functionCall') return { ...whole, type } as ReplyPart;
  return { ...whole, type, functionCall: { args: {}, ...whole.functionCall } } as ReplyPart;
}

function typeOf(part: GeminiPart): ReplyPart['type'] {
  if (isCallPiece(part)) return 'unknown';
  const kind = dataKinds.find((field) => part[field] !== undefined);
  if (kind) return kind;
  if (part.text === undefined) return 'unknown';
  return part.thought ? 'thought' : 'text';
}
