import { errorFromBody } from '../errors/apiFailure.js';
import { findErrorBody } from '../errors/findErrorBody.js';
import type { GeminiError } from '../errors/geminiError.js';
import { parseUntrustedJson } from './parseUntrustedJson.js';
import { notAnEvent, notAResponse, truncatedError } from './protocolErrors.js';

/** The maximum length of the stray text that is held, in UTF-16 units; an error's JSON is far smaller. */
const maxStrayLength = 1024 * 1024;

/**
 * The maximum number of attempts to parse before the end: an error's JSON closes twice, a hostile body at every line.
 */
const maxTries = 20;

/** The lines that do not belong to an event stream: the JSON of an error, or a body in another format. */
export class StrayLines {
  #text = '';
  #tries = 0;

  /**
   * Adds a line.
   *
   * @throws GeminiError - As soon as the lines cannot be the beginning of JSON, or are the whole of one.
   */
  add(line: string, isAtEnd: boolean): void {
    const isFirst = this.#text === '';
    this.#text += `${line}\n`;
    if ((isFirst && !/^\s*[[{]/.test(line)) || this.#text.length > maxStrayLength) throw this.#error(isAtEnd);
    // Both forms of an error's JSON, on one line and indented, end with a bracket that closes the first.
    const mayClose = /^[\]}]$|^\{.*\}$|^\[.*\]$/.test(line.trimEnd()) && this.#tries++ < maxTries;
    if (mayClose && parseUntrustedJson(this.#text) !== undefined) throw this.#error(isAtEnd);
  }

  /** @throws GeminiError - If there are stray lines. */
  assertNone(isAtEnd: boolean): void {
    if (this.#text !== '') throw this.#error(isAtEnd);
  }

  #error(isAtEnd: boolean): GeminiError {
    const json = parseUntrustedJson(this.#text);
    const body = findErrorBody(json);
    if (body) return errorFromBody(body, {});
    if (json !== undefined) return notAResponse(json);
    return isAtEnd && isBeginning(this.#text.trim()) ? truncatedError() : notAnEvent(this.#text);
  }
}

/** Whether a truncated text may be the beginning of JSON, or of a field's name. */
function isBeginning(text: string): boolean {
  return /^[[{]/.test(text) || ['data', 'event', 'retry', 'id'].some((field) => field.startsWith(text));
}
