import { assertDelay, assertInteger, assertOneOf, assertPositiveDelay, typeError } from '../rx/assertions.js';
import { isObject } from '../rx/isObject.js';
import type { EmulatorScenario } from './scenario.js';

const delayFields = ['headersDelay', 'firstDelay', 'pace'] as const;
const contentFields = ['text', 'chunks', 'body', 'error'] as const;

/** Throws a `TypeError` or `RangeError` unless the fields of a scenario are valid that both APIs have. */
export function assertScenario(scenario: EmulatorScenario): void {
  for (const name of delayFields) if (scenario[name] !== undefined) assertDelay(name, scenario[name]);
  if (scenario.heartbeat !== undefined) assertPositiveDelay('heartbeat', scenario.heartbeat);
  if (scenario.status !== undefined) assertInteger('status', scenario.status, 200, 599);
  if (scenario.eventsPerPacket !== undefined) assertInteger('eventsPerPacket', scenario.eventsPerPacket, 1);
  if (scenario.packetBytes !== undefined) assertInteger('packetBytes', scenario.packetBytes, 1);
  if (scenario.delimiter !== undefined) assertOneOf('delimiter', scenario.delimiter, ['\n\n', '\r\n\r\n', '\r\r']);
  if (scenario.lines !== undefined && !Array.isArray(scenario.lines)) {
    throw typeError('lines', 'a list of lines', scenario.lines);
  }
  assertContent(scenario);
  assertFaults(scenario);
}

function assertContent(scenario: EmulatorScenario): void {
  const given = contentFields.filter((name) => scenario[name] !== undefined);
  if (given.length > 1) {
    throw new TypeError(`Expected at most one of ${quotedNames(contentFields)}, got ${quotedNames(given)}`);
  }
  const { text, chunks, body, error } = scenario;
  if (text !== undefined && typeof text !== 'string') throw typeError('text', 'a string', text);
  if (chunks !== undefined && !isListLike(chunks)) throw typeError('chunks', 'an iterable of chunks', chunks);
  if (body !== undefined && typeof body !== 'string' && !isListLike(body)) {
    throw typeError('body', 'a string, bytes or an iterable of them', body);
  }
  if (error !== undefined && !isObject(error)) throw typeError('error', 'an object', error);
}

function assertFaults({ dropAfter, endAfter, stallAfter, errorAfter, garbageAfter }: EmulatorScenario): void {
  if (dropAfter !== undefined && !('request' in dropAfter)) assertPosition('dropAfter', dropAfter);
  if (endAfter !== undefined) assertPosition('endAfter', endAfter);
  if (stallAfter !== undefined) {
    assertPosition('stallAfter', stallAfter);
    const { duration = Infinity } = stallAfter;
    if (duration !== Infinity) assertDelay('stallAfter.duration', duration);
  }
  if (errorAfter !== undefined) {
    assertPosition('errorAfter', errorAfter);
    assertOneOf('errorAfter.as', errorAfter.as ?? 'data', ['data', 'event', 'body', 'list']);
  }
  if (garbageAfter !== undefined) assertInteger('garbageAfter.chunks', garbageAfter.chunks, 0);
}

function assertPosition(
  name: string,
  position: { readonly chunks?: unknown; readonly bytes?: unknown; readonly ms?: unknown },
): void {
  const { chunks, bytes, ms } = position;
  const [given, ...others] = Object.entries({ chunks, bytes, ms }).filter(([, value]) => value !== undefined);
  if (!given || others.length > 0) {
    throw new TypeError(`Expected \`${name}\` to have either \`chunks\` or \`bytes\` or \`ms\``);
  }
  const [unit, value] = given;
  if (unit === 'ms') assertDelay(`${name}.ms`, value);
  else assertInteger(`${name}.${unit}`, value, 0);
}

/** Whether a value is a list of chunks. A string is iterable as well, character by character, but is not a list. */
export function isListLike(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

const quotedNames = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
