import type { Cancelled, Stopped } from './annotations.js';
import { isCallPiece, type GeminiFunctionCall } from './functionCallsOf.js';
import { toSendablePart } from './toSendablePart.js';
import type {
  GeminiCandidate,
  GeminiCitation,
  GeminiFunctionResponse,
  GeminiPart,
  GeminiPromptFeedback,
  GeminiUsage,
} from './response.js';

/** Fields that every {@link ReplyPart} of the model may have beside its own. @public */
export interface ReplyPartFields {
  /** Whether it is a thought: a summary of one, or an interim picture. */
  readonly thought?: boolean | undefined;
  /** An opaque signature that must go back to the model in the same part. */
  readonly thoughtSignature?: string | undefined;
}

/** One part of a reply, from `toParts`: a whole part of the wire with its `type`, a citation, or the finish. @public */
export type ReplyPart =
  /** A run of the answer's text. */
  | (ReplyPartFields & { readonly type: 'text'; readonly text: string })
  /** A run of the summary of the thoughts. */
  | (ReplyPartFields & { readonly type: 'thought'; readonly text: string })
  /** A call that the model asks for, whole. */
  | (ReplyPartFields & { readonly type: 'functionCall'; readonly functionCall: GeminiFunctionCall })
  /** The response of a tool: automatic function calling inserts it. */
  | (ReplyPartFields & { readonly type: 'functionResponse'; readonly functionResponse: GeminiFunctionResponse })
  /** Bytes, base64: an image, audio. */
  | (ReplyPartFields & { readonly type: 'inlineData'; readonly inlineData: NonNullable<GeminiPart['inlineData']> })
  /** A file by its URI. */
  | (ReplyPartFields & { readonly type: 'fileData'; readonly fileData: NonNullable<GeminiPart['fileData']> })
  /** Code that the model runs on the server. */
  | (ReplyPartFields & {
      readonly type: 'executableCode';
      readonly executableCode: NonNullable<GeminiPart['executableCode']>;
    })
  /** The output of that code. */
  | (ReplyPartFields & {
      readonly type: 'codeExecutionResult';
      readonly codeExecutionResult: NonNullable<GeminiPart['codeExecutionResult']>;
    })
  /** A part of a kind that this version does not know, or a call of which pieces are missing: all its fields. */
  | (GeminiPart & { readonly type: 'unknown' })
  | CitationPart
  | FinishPart;

/** A source that the answer quotes, from `toParts`. @public */
export interface CitationPart {
  /** What it is. */
  readonly type: 'citation';
  /** The source. */
  readonly citation: GeminiCitation;
}

/** How a reply ended, from `toParts`, and what else the model's side said of it. @public */
export interface FinishPart extends Omit<GeminiCandidate, 'index' | 'content' | 'citationMetadata' | 'logprobsResult'> {
  /** What it is. */
  readonly type: 'finish';
  /** The final token counts. */
  readonly usageMetadata?: GeminiUsage | undefined;
  /** Why the prompt was blocked, if it was. */
  readonly promptFeedback?: GeminiPromptFeedback | undefined;
  /** Why this side cancelled the reply, if it did. */
  readonly cancelled?: Cancelled | undefined;
  /** Why this side ended the reply early, if it did. */
  readonly stopped?: Stopped | undefined;
}

const kinds = [
  'functionCall',
  'functionResponse',
  'inlineData',
  'fileData',
  'executableCode',
  'codeExecutionResult',
] as const;

/** A part with its `type`; one that is only a signature is an empty text. */
export function toReplyPart(part: GeminiPart): ReplyPart {
  const whole = toSendablePart(part);
  const type = typeOf(whole);
  if (type !== 'functionCall') return { ...whole, type } as ReplyPart;
  return { ...whole, type, functionCall: { args: {}, ...whole.functionCall } } as ReplyPart;
}

function typeOf(part: GeminiPart): ReplyPart['type'] {
  if (isCallPiece(part)) return 'unknown';
  const kind = kinds.find((field) => part[field] !== undefined);
  if (kind) return kind;
  if (part.text === undefined) return 'unknown';
  return part.thought ? 'thought' : 'text';
}
