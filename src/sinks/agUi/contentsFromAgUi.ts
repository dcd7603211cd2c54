import type { GeminiContent, GeminiContentPart } from '../../chunk/contentsOf.js';
import { unansweredResponse } from '../../chunk/normalizeHistory.js';
import { isTextTooDeep, tooDeepMessage } from '../../errors/jsonDepth.js';
import { GeminiError } from '../../errors/geminiError.js';
import { isObject, type Fields } from '../../rx/isObject.js';
import { tryParseJson } from '../../rx/tryParseJson.js';
import { postedHistory } from '../formats/postedHistory.js';
import { wrongRequest } from '../formats/wrongRequest.js';
import type { AgUiInput } from './agUiInput.js';
import {
  listAt,
  objectAt,
  objectsAt,
  optionalStringAt,
  stringAt,
  type PlacedFields,
  toolNameAt,
} from '../formats/requestFields.js';
import { fieldsOfInput } from './fieldsOfInput.js';
import { partsOfMessage } from './partsOfMessage.js';

/**
 * Converts the messages of an AG-UI run to contents that are ready to send.
 *
 * Calls of one turn are one content of the model, their responses the next content, and the user's words are a content
 * of their own. Each call is answered: with the content of its tool message (a JSON object unchanged, any other content
 * as `{ output }`), with its `error`, or with an error that says that it was not answered. Texts, calls and thoughts get
 * their thought signatures back from `encryptedValue`. Media are base64 data, `http(s)` URLs, or files of the Files API.
 *
 * Left out are: calls whose arguments are not whole, which a stopped run leaves behind, with their results; tool
 * messages without a call; thoughts without a signature; activities; and the `system` and `developer` messages, which
 * {@link configFromAgUi} returns. A posted message is the user's word, also the messages of the assistant and of tools.
 *
 * @param input - The body of the request. Its shape is checked; linear in its size.
 * @returns The contents, in the order that the API demands; empty if no message has content.
 * @throws GeminiError - `invalid_request`, if the input has a wrong shape or is nested too deep. Its message names the
 *   place and quotes nothing of the input.
 * @example
 * ```ts
 * const messages = [{ id: '1', role: 'user' as const, content: 'Hello' }];
 * console.log(JSON.stringify(contentsFromAgUi({ threadId: 't', runId: 'r', messages })));
 * // [{"role":"user","parts":[{"text":"Hello"}]}]
 * ```
 * @public
 */
export function contentsFromAgUi(input: AgUiInput): GeminiContent[] {
  const history = new AgUiHistory();
  const messages = listAt(fieldsOfInput(input)['messages'], 'messages');
  for (const message of objectsAt(messages, 'messages')) history.add(message);
  return postedHistory(history.contents());
}

/** One turn: the user's words, or the words and calls of the model until all of its calls are answered. */
interface Turn {
  readonly role: GeminiContent['role'];
  readonly parts: GeminiContentPart[];
  readonly calls: PostedCall[];
  /** The number of calls without a response so far. */
  open: number;
}

/** A call, and its response once there is one. */
interface PostedCall {
  readonly id: string;
  readonly name: string;
  readonly turn: Turn;
  response?: GeminiContentPart['functionResponse'];
}

/** Collects turns, and puts the result of each call beside it, wherever the client has put the tool message. */
class AgUiHistory {
  readonly #turns: Turn[] = [];
  /** The latest call with an id. */
  readonly #calls = new Map<string, PostedCall>();
  /** Whether all calls of the last turn are answered, so that it has ended. */
  #hasEnded = false;

  add({ place, fields }: PlacedFields): void {
    const { role, content, encryptedValue } = fields;
    const parts = () => partsOfMessage(content, `${place}.content`);
    const signature = () => optionalStringAt(encryptedValue, `${place}.encryptedValue`);
    switch (role) {
      case 'user':
        appendAll(this.#turn('user').parts, parts());
        return;
      case 'assistant':
        this.#answer(parts(), signature(), objectsAt(fields['toolCalls'], `${place}.toolCalls`));
        return;
      case 'reasoning': {
        const thoughtSignature = signature();
        const text = optionalStringAt(content, `${place}.content`) ?? '';
        if (thoughtSignature) this.#turn('model').parts.push({ text, thought: true, thoughtSignature });
        return;
      }
      case 'tool':
        this.#result(place, fields);
        return;
      case 'system':
      case 'developer':
      case 'activity':
        return;
      default:
        throw wrongRequest(`${place}.role`, `one of ${roles.map((known) => `'${known}'`).join(', ')}`);
    }
  }

  contents(): GeminiContent[] {
    return this.#turns.flatMap(({ role, parts, calls }) => [
      { role, parts },
      { role: 'user', parts: calls.map(answer) },
    ]);
  }

  #turn(role: Turn['role']): Turn {
    const last = this.#turns.at(-1);
    if (last?.role === role && !this.#hasEnded) return last;
    const turn = { role, parts: [], calls: [], open: 0 };
    this.#turns.push(turn);
    this.#hasEnded = false;
    return turn;
  }

  #answer(parts: readonly GeminiContentPart[], signature: string | undefined, posted: readonly PlacedFields[]): void {
    const turn = this.#turn('model');
    const calls = posted.flatMap((call) => {
      const part = callPart(call);
      if (!part) return [];
      const { id, name } = part.functionCall;
      const open = { id, name, turn };
      this.#calls.set(id, open);
      turn.calls.push(open);
      turn.open += 1;
      return [part];
    });
    appendAll(turn.parts, withSignature([...parts, ...calls], signature));
  }

  #result(place: string, fields: Fields): void {
    const call = this.#calls.get(stringAt(fields['toolCallId'], `${place}.toolCallId`));
    const response = responseOfTool(place, fields);
    if (!call) return;
    if (!call.response) call.turn.open -= 1;
    call.response = response;
    // While a call is open, what follows is of the same reply: the server's tools are answered before the browser's.
    if (call.turn === this.#turns.at(-1) && call.turn.open === 0) this.#hasEnded = true;
  }
}

function answer({ id, name, response = { response: unansweredResponse } }: PostedCall): GeminiContentPart {
  return { functionResponse: { id, name, ...response } };
}

/** Appends one by one: a spread of a long list overflows the stack. */
function appendAll(parts: GeminiContentPart[], more: readonly GeminiContentPart[]): void {
  for (const part of more) parts.push(part);
}

const roles = ['user', 'assistant', 'tool', 'reasoning', 'system', 'developer', 'activity'];

/** The part of a call; undefined if its arguments are not a JSON object, because the run ended before their end. */
function callPart({ place, fields }: PlacedFields) {
  const called = objectAt(fields['function'], `${place}.function`);
  const id = stringAt(fields['id'], `${place}.id`);
  const name = toolNameAt(called['name'], `${place}.function.name`);
  const json = optionalStringAt(called['arguments'], `${place}.function.arguments`) ?? '';
  const value = json.trim() === '' ? {} : parsed(json, `${place}.function.arguments`);
  const args = value === null ? {} : value;
  const thoughtSignature = optionalStringAt(fields['encryptedValue'], `${place}.encryptedValue`);
  if (!isObject(args)) return undefined;
  return { functionCall: { id, name, args }, ...(thoughtSignature && { thoughtSignature }) };
}

/** Puts the signature of a message on its text, else on its first call, else on an empty text. */
function withSignature(parts: readonly GeminiContentPart[], thoughtSignature: string | undefined): GeminiContentPart[] {
  if (!thoughtSignature) return [...parts];
  const lastText = parts.findLastIndex((part) => part.text !== undefined);
  const index = lastText < 0 ? parts.findIndex((part) => part.functionCall && !part.thoughtSignature) : lastText;
  const signed = parts[index];
  return signed ? parts.with(index, { ...signed, thoughtSignature }) : [{ text: '', thoughtSignature }, ...parts];
}

function responseOfTool(place: string, { content, error }: Fields): GeminiContentPart['functionResponse'] {
  const parts = partsOfMessage(content, `${place}.content`);
  const texts = parts.flatMap(({ text }) => text ?? []);
  const media = parts.filter((part) => part.text === undefined);
  const failure = optionalStringAt(error, `${place}.error`);
  const output = texts.length === 0 ? undefined : outputOf(texts.join('\n'), `${place}.content`);
  return {
    response: failure === undefined ? (output ?? { output: '' }) : { ...output, error: failure },
    ...(media.length > 0 && { parts: media }),
  };
}

/** The result of a tool as the API takes it: a JSON object unchanged, any other JSON or text as `{ output }`. */
function outputOf(text: string, place: string): Fields {
  const result = parsed(text, place);
  return isObject(result) ? result : { output: result === undefined ? text : result };
}

function parsed(json: string, place: string): unknown {
  if (isTextTooDeep(json)) {
    throw new GeminiError(`The JSON in \`${place}\` ${tooDeepMessage}`, { kind: 'invalid_request' });
  }
  return tryParseJson(json);
}
