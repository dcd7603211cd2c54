import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import type { GeminiPart } from '../../chunk/response.js';
import type { PublicError } from '../../errors/publicError.js';
import { toBoundedJson } from '../../errors/jsonDepth.js';
import { typeError } from '../../rx/assertions.js';
import type { CallPiece } from '../formats/callPieces.js';
import { ReplyPieces, type ReplyPiece, type RunKind } from '../formats/replyPieces.js';
import type { SourcePiece } from '../formats/sourcePieces.js';
import type { ReplyEncoder } from '../replyFormat.js';
import type { UiGoogleMetadata, UiMessageChunk, UiMessageMetadata } from './uiMessageChunk.js';
import { uiFinishReasonOf, uiUsageOf } from './uiMessageFinish.js';
import { seamEvents, waitEvents } from './uiWaitEvents.js';
import { withoutPrototypeKeys } from './withoutPrototypeKeys.js';

/** The options of a {@link UiMessageEncoder}, checked and with their defaults. */
export interface UiMessageChoices<T extends GeminiChunk> {
  readonly sendReasoning: boolean;
  readonly staticTools: ReadonlySet<string>;
  readonly messageId: string | (() => string) | undefined;
  readonly messageMetadata: ((chunk: T) => unknown) | undefined;
}

/** Encodes one reply as a UI message stream. */
export class UiMessageEncoder<T extends GeminiChunk> implements ReplyEncoder<T, UiMessageChunk> {
  readonly #choices: UiMessageChoices<T>;
  /** The first part of all ids; random, because the client may add this reply to a message that has an earlier one. */
  readonly #prefix = Math.random().toString(36).slice(2, 12);
  readonly #pieces = new ReplyPieces(this.#prefix);
  /** The ids of the server's calls: a result without its call is an error for the client. */
  readonly #serverCalls = new Set<string>();
  #ids = 0;
  #model: string | undefined;
  /** The JSON of the latest metadata. */
  #metadata: string | undefined;
  /** The JSON of the latest wait, until content comes. */
  #wait: string | undefined;

  constructor(choices: UiMessageChoices<T>) {
    this.#choices = choices;
  }

  start(): UiMessageChunk[] {
    const { messageId } = this.#choices;
    const id = typeof messageId === 'function' ? messageId() : messageId;
    if (id !== undefined && typeof id !== 'string') throw typeError('messageId()', 'a string', id);
    return [{ type: 'start', ...(id !== undefined && { messageId: id }) }, { type: 'start-step' }];
  }

  chunk(chunk: T): UiMessageChunk[] {
    this.#model = chunk.modelVersion ?? this.#model;
    // First, because it may throw: an event of a text whose start was not sent is an error for the client.
    const metadata = this.#metadataOf(chunk);
    const content = this.#events(this.#pieces.read(chunk));
    // The seam is before the text of its chunk; a wait that is merged with content came after it.
    return [...seamEvents(chunk), ...content, ...this.#waitEvents(chunk, content.length > 0), ...metadata];
  }

  end(): UiMessageChunk[] {
    const closing = this.#events(this.#pieces.close());
    const finish = this.#pieces.finish();
    if (finish.cancelled) return [...closing, ...this.#abort(finish.cancelled.reason)];
    const finishReason = uiFinishReasonOf(finish, this.#pieces.hasOpenCalls);
    const messageMetadata = this.#finalMetadata();
    return [
      ...closing,
      { type: 'finish-step' },
      { type: 'finish', finishReason, ...(messageMetadata && { messageMetadata }) },
    ];
  }

  failure({ message, ...data }: PublicError): UiMessageChunk[] {
    const closing = this.#events(this.#pieces.close());
    if (data.kind === 'cancelled') return [...closing, ...this.#abort(message)];
    return [
      ...closing,
      ...this.#lastMetadata(),
      { type: 'data-error', data, transient: true },
      { type: 'error', errorText: message },
    ];
  }

  #abort(reason: string): UiMessageChunk[] {
    return [...this.#lastMetadata(), { type: 'abort', reason }];
  }

  /** The counts of a reply without a `finish`, which were paid for all the same. */
  #lastMetadata(): UiMessageChunk[] {
    const messageMetadata = this.#finalMetadata();
    return messageMetadata ? [{ type: 'message-metadata', messageMetadata }] : [];
  }

  #finalMetadata(): UiMessageMetadata | undefined {
    const { usageMetadata } = this.#pieces.finish();
    if (!usageMetadata && this.#model === undefined) return undefined;
    return {
      ...(usageMetadata && { usage: uiUsageOf(usageMetadata) }),
      ...(this.#model !== undefined && { model: this.#model }),
    };
  }

  #metadataOf(chunk: T): UiMessageChunk[] {
    const messageMetadata = this.#choices.messageMetadata?.(chunk);
    if (messageMetadata == null) return [];
    const json = toBoundedJson(messageMetadata, 'The metadata of a message');
    if (json === this.#metadata) return [];
    this.#metadata = json;
    return [{ type: 'message-metadata', messageMetadata: withoutPrototypeKeys(JSON.parse(json)) }];
  }

  /** The waits that a chunk reports. An operator that copies a chunk must not make a second wait of one. */
  #waitEvents(chunk: T, hasContent: boolean): UiMessageChunk[] {
    if (hasContent) this.#wait = undefined;
    const events = waitEvents(chunk);
    if (events.length === 0) return [];
    const json = JSON.stringify(events);
    if (json === this.#wait) return [];
    this.#wait = json;
    return events;
  }

  #events(pieces: readonly ReplyPiece[]): UiMessageChunk[] {
    return pieces.flatMap((piece) => this.#event(piece));
  }

  #event(piece: ReplyPiece): UiMessageChunk[] {
    switch (piece.type) {
      case 'runStart':
        return this.#run(piece.kind, (name) => ({ type: `${name}-start`, id: piece.id }));
      case 'runDelta':
        return this.#run(piece.kind, (name) => ({ type: `${name}-delta`, id: piece.id, delta: piece.delta }));
      case 'runEnd':
        return this.#run(piece.kind, (name) => ({
          type: `${name}-end`,
          id: piece.id,
          ...signatureMetadata(piece.signature),
        }));
      case 'signature': {
        const id = this.#newId('signature');
        return [
          ...this.#run(piece.kind, (name) => ({ type: `${name}-start`, id })),
          ...this.#run(piece.kind, (name) => ({ type: `${name}-end`, id, ...signatureMetadata(piece.signature) })),
        ];
      }
      case 'part':
        return piece.part.thought && !this.#choices.sendReasoning ? [] : fileEvents(piece.part);
      case 'step':
        return [{ type: 'finish-step' }, { type: 'start-step' }];
      case 'source':
        return [this.#source(piece)];
      default:
        return this.#call(piece);
    }
  }

  #run(kind: RunKind, event: (name: 'text' | 'reasoning') => UiMessageChunk): UiMessageChunk[] {
    if (kind === 'text') return [event('text')];
    return this.#choices.sendReasoning ? [event('reasoning')] : [];
  }

  #call(piece: CallPiece): UiMessageChunk[] {
    const { id: toolCallId, name: toolName } = piece;
    const dynamic = this.#choices.staticTools.has(toolName) ? {} : { dynamic: true };
    switch (piece.type) {
      case 'call': {
        const { signature } = piece;
        const input = withoutPrototypeKeys(piece.args);
        return [
          { type: 'tool-input-available', toolCallId, toolName, input, ...dynamic, ...signatureMetadata(signature) },
        ];
      }
      case 'callStart':
        return [{ type: 'tool-input-start', toolCallId, toolName, ...dynamic }];
      case 'callDelta':
        return [{ type: 'tool-input-delta', toolCallId, inputTextDelta: piece.json }];
      case 'callEnd': {
        // The arguments of a call that broke off stay unfinished: the client must not run the tool.
        if (piece.isCut) return [];
        const { json, signature } = piece;
        const input = withoutPrototypeKeys(piece.args);
        return [
          { type: 'tool-input-delta', toolCallId, inputTextDelta: json },
          { type: 'tool-input-available', toolCallId, toolName, input, ...dynamic, ...signatureMetadata(signature) },
        ];
      }
      case 'progress':
        return [outputEvent(toolCallId, piece.progress, { preliminary: true, ...dynamic })];
      case 'result': {
        const { response, isFailed, parts } = piece;
        const output: UiMessageChunk = isFailed
          ? { type: 'tool-output-error', toolCallId, errorText: String(response['error']), ...dynamic }
          : outputEvent(toolCallId, unwrappedOutput(response), dynamic);
        return [output, ...parts.flatMap((part) => fileEvents(part, { toolCallId }))];
      }
      case 'serverCall':
        return [this.#serverCall(toolCallId, toolName, withoutPrototypeKeys(piece.input), piece.signature)];
      case 'serverResult': {
        const call = this.#serverCalls.has(toolCallId) ? [] : [this.#serverCall(toolCallId, toolName, {})];
        return [...call, outputEvent(toolCallId, piece.output, byServer)];
      }
    }
  }

  #serverCall(toolCallId: string, toolName: string, input: unknown, signature?: string): UiMessageChunk {
    this.#serverCalls.add(toolCallId);
    return { type: 'tool-input-available', toolCallId, toolName, input, ...byServer, ...signatureMetadata(signature) };
  }

  /** A front end makes a link of each URL. */
  #source({ uri, title }: SourcePiece): UiMessageChunk {
    const sourceId = this.#newId('source');
    if (isWebUrl(uri)) return { type: 'source-url', sourceId, url: uri, ...(title !== undefined && { title }) };
    const filename = uri.slice(uri.lastIndexOf('/') + 1);
    return { type: 'source-document', sourceId, mediaType: anyMediaType, title: title ?? filename, filename };
  }

  #newId(kind: string): string {
    this.#ids += 1;
    return `${this.#prefix}-${kind}-${String(this.#ids)}`;
  }
}

const byServer = { dynamic: true, providerExecuted: true } as const;

/** Whether a URL is safe as a link: one of another scheme, such as `javascript:`, may run code. */
function isWebUrl(url: string): boolean {
  return /^https?:/i.test(url);
}

const anyMediaType = 'application/octet-stream';

function outputEvent(toolCallId: string, output: unknown, flags: object): UiMessageChunk {
  return { type: 'tool-output-available', toolCallId, output: withoutPrototypeKeys(output), ...flags };
}

/** The result of a tool: a value that is no object was wrapped, because the model takes objects only. */
function unwrappedOutput(response: Readonly<Record<string, unknown>>): unknown {
  const { output, ...rest } = response;
  const isWrapped = output !== undefined && (typeof output !== 'object' || output === null || Array.isArray(output));
  return isWrapped && Object.keys(rest).length === 0 ? output : response;
}

/** The event of a picture or a file; a part of an unknown kind, and a file with an unsafe URL, have no event. */
function fileEvents(part: GeminiPart, more: UiGoogleMetadata['google'] = {}): UiMessageChunk[] {
  const { inlineData, fileData, thought, thoughtSignature } = part;
  const mediaType = (inlineData ?? fileData)?.mimeType ?? anyMediaType;
  const url = inlineData?.data === undefined ? safeUri(fileData) : `data:${mediaType};base64,${inlineData.data}`;
  if (url === undefined) return [];
  const google = { ...more, ...(thought && { thought }), ...(thoughtSignature && { thoughtSignature }) };
  return [{ type: 'file', url, mediaType, ...(Object.keys(google).length > 0 && { providerMetadata: { google } }) }];
}

function safeUri(file: GeminiPart['fileData']): string | undefined {
  const uri = file?.fileUri;
  return uri !== undefined && (isWebUrl(uri) || /^gs:/i.test(uri)) ? uri : undefined;
}

function signatureMetadata(signature: string | undefined): { providerMetadata?: UiGoogleMetadata } {
  return signature === undefined ? {} : { providerMetadata: { google: { thoughtSignature: signature } } };
}
