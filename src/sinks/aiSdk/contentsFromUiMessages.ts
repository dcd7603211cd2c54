import type { GeminiContent, GeminiContentPart } from '../../chunk/contentsOf.js';
import { unansweredResponse } from '../../chunk/normalizeHistory.js';
import { isValueTooDeep, tooDeepMessage } from '../../errors/jsonDepth.js';
import { GeminiError } from '../../errors/geminiError.js';
import { isObject, type Fields } from '../../rx/isObject.js';
import { postedHistory } from '../formats/postedHistory.js';
import { wrongRequest } from '../formats/wrongRequest.js';
import { listAt, objectAt, stringAt, toolNameAt } from '../formats/requestFields.js';
import { isDataUrl, parseDataUrl } from '../formats/parseDataUrl.js';
import type { UiMessage } from './uiMessage.js';

/**
 * Converts the messages that `useChat` posts to contents that are ready to send: the `UIMessage` list of the AI SDK 5, 6
 * and 7.
 *
 * The calls of a step become one content of the model, their responses the next content, and the user's words are a
 * content of their own. Each call is answered: with its output (an object unchanged, any other value as `{ output }`),
 * its error, the user's denial, or an error that says that it was not answered. Text, calls and files get their thought
 * signatures back from `providerMetadata.google`. Files are data URLs in any form, `http(s)` URLs, or files of the Files
 * API in `providerReference.google`.
 *
 * Left out are: calls whose arguments are unfinished, tools that the provider ran, thoughts without a signature,
 * sources, data parts and unknown parts; and the `system` messages. Set `config.systemInstruction` on the server
 * instead. A posted message is the user's word, also its `system` and `assistant` messages and the outputs of tools.
 *
 * @param messages - The `messages` of the request body. Their shape is checked; linear in their size.
 * @returns The contents, in the order that the API demands; empty if no message has content.
 * @throws GeminiError - `invalid_request`, if the messages have a wrong shape or are nested too deep, or if a file of
 *   the user has a URL of another scheme. Its message names the place and quotes nothing of the body.
 * @example
 * ```ts
 * const parts = [{ type: 'text', text: 'Hello' }];
 * const contents = contentsFromUiMessages([{ id: '1', role: 'user', parts }]);
 * console.log(JSON.stringify(contents)); // [{"role":"user","parts":[{"text":"Hello"}]}]
 * ```
 * @public
 */
export function contentsFromUiMessages(messages: readonly UiMessage[]): GeminiContent[] {
  if (isValueTooDeep(messages)) {
    throw new GeminiError(`The list \`messages\` ${tooDeepMessage}`, { kind: 'invalid_request' });
  }
  return postedHistory(listAt(messages, 'messages').flatMap(contentsOfUiMessage));
}

function contentsOfUiMessage(message: unknown, index: number): GeminiContent[] {
  const place = `messages[${String(index)}]`;
  const { role, parts } = objectAt(message, place);
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    throw wrongRequest(`${place}.role`, "'user', 'assistant' or 'system'");
  }
  const own = partsAt(parts, `${place}.parts`);
  if (role === 'system') return [];
  return role === 'user' ? [userContent(own)] : contentsOfAnswer(own);
}

/** A part of a message, and the place of this part in the request. */
interface PlacedPart {
  readonly place: string;
  readonly type: string;
  readonly fields: Fields;
}

function partsAt(parts: unknown, place: string): PlacedPart[] {
  return listAt(parts, place).map((part, index) => {
    const at = `${place}[${String(index)}]`;
    const fields = objectAt(part, at);
    return { place: at, type: stringAt(fields['type'], `${at}.type`), fields };
  });
}

function userContent(parts: readonly PlacedPart[]): GeminiContent {
  return { role: 'user', parts: parts.flatMap(partOfUser) };
}

function partOfUser(part: PlacedPart): GeminiContentPart[] {
  if (part.type === 'text') {
    const text = textAt(part);
    return text === '' ? [] : [{ text }];
  }
  if (part.type !== 'file') return [];
  const file = postedFile(part);
  if (!file) throw wrongRequest(`${part.place}.url`, 'a valid data URL or an http(s) URL');
  return [file];
}

/** The contents of a message of the model. */
function contentsOfAnswer(parts: readonly PlacedPart[]): GeminiContent[] {
  const steps = new AnswerSteps();
  for (const part of parts) steps.add(part);
  return steps.end();
}

/** Collects the contents of the model's steps: of each, the parts, and the responses to its calls. */
class AnswerSteps {
  readonly #contents: GeminiContent[] = [];
  #parts: GeminiContentPart[] = [];
  #responses: GeminiContentPart[] = [];
  /** The responses by the ids of their calls; their files follow. */
  readonly #byId = new Map<string, NonNullable<GeminiContentPart['functionResponse']>>();

  add(part: PlacedPart): void {
    const { place, type, fields } = part;
    const call = callOf(part);
    const responseId = googleOf(fields['providerMetadata'])['toolCallId'];
    if (call) this.#addCall(call, outcomeOf(part));
    else if (type === 'file' && typeof responseId === 'string') this.#addFile(responseId, postedFile(part));
    else if (type === 'step-start') this.end();
    else if (type === 'steering-message') {
      // The user's words between two steps.
      this.end();
      this.#contents.push(userContent(partsAt(fields['parts'], `${place}.parts`)));
    } else this.#parts.push(...partOfModel(part));
  }

  /** Ends the step; returns the contents so far. */
  end(): GeminiContent[] {
    this.#contents.push({ role: 'model', parts: this.#parts }, { role: 'user', parts: this.#responses });
    this.#parts = [];
    this.#responses = [];
    this.#byId.clear();
    return this.#contents;
  }

  #addCall(call: CallPart, response: Fields): void {
    this.#parts.push(call);
    const { id, name } = call.functionCall;
    const functionResponse: NonNullable<GeminiContentPart['functionResponse']> = { id, name, response };
    this.#responses.push({ functionResponse });
    this.#byId.set(id, functionResponse);
  }

  #addFile(id: string, file: FileContent | undefined): void {
    const functionResponse = this.#byId.get(id);
    if (functionResponse && file) (functionResponse.parts ??= []).push(file);
  }
}

/** A part that the model wrote: an empty text, and a thought, only if they carry a signature. */
function partOfModel(part: PlacedPart): GeminiContentPart[] {
  const signed = signatureOf(part.fields['providerMetadata']);
  const isSigned = signed.thoughtSignature !== undefined;
  switch (part.type) {
    case 'text': {
      const text = textAt(part);
      return text === '' && !isSigned ? [] : [{ text, ...signed }];
    }
    case 'reasoning':
      return isSigned ? [{ text: textAt(part), thought: true, ...signed }] : [];
    case 'file':
    case 'reasoning-file': {
      const file = isThought(part) && !isSigned ? undefined : postedFile(part);
      return file ? [{ ...file, ...(isThought(part) && { thought: true }), ...signed }] : [];
    }
    default:
      return [];
  }
}

type CallPart = GeminiContentPart & { functionCall: { id: string; name: string } };

/** The finished call of a tool that runs here or in the browser; undefined for any other part. */
function callOf({ place, type, fields }: PlacedPart): CallPart | undefined {
  const isDynamic = type === 'dynamic-tool';
  if (!isDynamic && !type.startsWith('tool-')) return undefined;
  if (fields['providerExecuted'] === true || fields['state'] === 'input-streaming') return undefined;
  const name = isDynamic
    ? toolNameAt(fields['toolName'], `${place}.toolName`)
    : toolNameAt(type.slice('tool-'.length), `${place}.type`);
  const id = stringAt(fields['toolCallId'], `${place}.toolCallId`);
  const input = fields['input'] ?? fields['rawInput'] ?? {};
  const args = isObject(input) ? input : { input };
  return { functionCall: { id, name, args }, ...signatureOf(fields['callProviderMetadata']) };
}

/** The response of a tool, or an error: the model must know that its call has no result. */
function outcomeOf({ fields }: PlacedPart): Fields {
  const { state, output, preliminary, errorText, approval } = fields;
  if (state === 'output-available' && preliminary !== true) {
    return isObject(output) ? output : { output: output ?? null };
  }
  if (state === 'output-error') return { error: typeof errorText === 'string' ? errorText : 'The call failed.' };
  const isDenied = isObject(approval) && approval['approved'] === false;
  return state === 'output-denied' || isDenied ? { error: 'The user denied this call.' } : unansweredResponse;
}

type FileContent = Pick<GeminiContentPart, 'inlineData' | 'fileData'>;

/** The file of a part; undefined if it has neither a valid data URL nor an `http(s)` URL. */
function postedFile({ place, fields }: PlacedPart): FileContent | undefined {
  const { mediaType, providerReference } = fields;
  const mimeType = typeof mediaType === 'string' && /^[^/*]+\/[^/*]+$/.test(mediaType) ? { mimeType: mediaType } : {};
  const uploaded = isObject(providerReference) ? providerReference['google'] : undefined;
  const url = typeof uploaded === 'string' ? uploaded : stringAt(fields['url'], `${place}.url`);
  if (!isDataUrl(url)) return /^https?:/i.test(url) ? { fileData: { fileUri: url, ...mimeType } } : undefined;
  const inlineData = parseDataUrl(url);
  return inlineData && { inlineData: { mimeType: 'text/plain', ...mimeType, ...inlineData } };
}

/** Whether a file is an interim picture of the model's thoughts. */
function isThought({ type, fields }: PlacedPart): boolean {
  return type === 'reasoning-file' || googleOf(fields['providerMetadata'])['thought'] === true;
}

function signatureOf(metadata: unknown): { thoughtSignature?: string } {
  const { thoughtSignature } = googleOf(metadata);
  return typeof thoughtSignature === 'string' && thoughtSignature ? { thoughtSignature } : {};
}

/** The metadata of Google's models, under the key of the AI SDK's own provider. */
function googleOf(metadata: unknown): Fields {
  const google = isObject(metadata) ? metadata['google'] : undefined;
  return isObject(google) ? google : {};
}

function textAt({ place, fields }: PlacedPart): string {
  return stringAt(fields['text'], `${place}.text`);
}
