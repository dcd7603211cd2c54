import {
  assertBoolean,
  assertDelay,
  assertInteger,
  assertNonNegative,
  assertOneOf,
  assertOptions,
  assertString,
  rangeError,
  typeError,
} from '../../rx/assertions.js';
import { isObject } from '../../rx/isObject.js';
import type { LiveClose } from './liveAnswer.js';
import type { LivePosition } from './liveFaults.js';
import type { LiveScript, LiveScripts } from './liveScript.js';

/** Throws a `TypeError` or `RangeError` unless scripts are valid; a function is called later. */
export function assertLiveScripts(name: string, scripts: LiveScripts): void {
  if (!Array.isArray(scripts)) {
    if (typeof scripts !== 'function') assertLiveScript(name, scripts as LiveScript);
    return;
  }
  if (scripts.length === 0) throw new TypeError(`Expected \`${name}\` to have at least one script, got an empty list`);
  scripts.forEach((script: LiveScripts, index) => {
    if (Array.isArray(script)) throw typeError(`${name}[${String(index)}]`, 'a script or a function', script);
    assertLiveScripts(`${name}[${String(index)}]`, script);
  });
}

/** Throws a `TypeError` or `RangeError` unless a script is valid. */
export function assertLiveScript(name: string, script: LiveScript): void {
  if (!isObject(script)) throw typeError(name, 'a script, a list of scripts or a function', script);
  assertOptions(script, name);
  const { setup, resumable, refuse, frames, interruptedBy, start, reply } = script;
  if (setup !== undefined) assertBoolean('setup', setup);
  if (resumable !== undefined) assertBoolean('resumable', resumable);
  if (refuse !== undefined) assertInteger('refuse', refuse, 400, 599);
  if (frames !== undefined) assertOneOf('frames', frames, ['binary', 'text']);
  if (interruptedBy !== undefined && !Array.isArray(interruptedBy)) {
    throw typeError('interruptedBy', 'a list of inputs', interruptedBy);
  }
  for (const input of interruptedBy ?? []) {
    assertOneOf('interruptedBy', input, ['activityStart', 'clientContent', 'audio', 'text']);
  }
  for (const field of ['setupDelay', 'firstDelay', 'pace'] as const) {
    if (script[field] !== undefined) assertDelay(field, script[field]);
  }
  if (start !== undefined) assertLiveAnswer('start', start);
  if (reply !== undefined && typeof reply !== 'function') assertLiveAnswer('reply', reply);
  assertFaults(script);
}

function assertFaults({ closeAfter, dropAfter, stallAfter, vanishAfter, goAway, receiveRate }: LiveScript): void {
  const positions = { closeAfter, dropAfter, stallAfter, vanishAfter };
  for (const [name, position] of Object.entries(positions)) if (position !== undefined) assertPosition(name, position);
  if (closeAfter) assertClose('closeAfter', closeAfter);
  if (stallAfter?.duration !== undefined) assertStall('stallAfter.duration', stallAfter.duration);
  if (receiveRate !== undefined && receiveRate !== Infinity) assertNonNegative('receiveRate', receiveRate);
  if (goAway === undefined) return;
  assertOptions(goAway, 'goAway');
  assertClose('goAway', goAway);
  if (goAway.after !== undefined) assertDelay('goAway.after', goAway.after);
  if (goAway.timeLeft !== undefined) assertDelay('goAway.timeLeft', goAway.timeLeft);
}

function assertPosition(name: string, position: LivePosition): void {
  assertOptions(position, name);
  const { messages, inputs, ms } = position;
  const [given, ...others] = Object.entries({ messages, inputs, ms }).filter(([, value]) => value !== undefined);
  if (!given || others.length > 0) {
    throw new TypeError(`Expected \`${name}\` to have either \`messages\` or \`inputs\` or \`ms\``);
  }
  const [unit, value] = given;
  if (unit === 'ms') assertDelay(`${name}.ms`, value);
  else assertInteger(`${name}.${unit}`, value, unit === 'inputs' ? 1 : 0);
}

/** The codes that only an implementation may report, and that no close frame may have. */
const reservedCodes = [1004, 1005, 1006];

function assertClose(name: string, { code, reason }: LiveClose): void {
  if (code !== undefined) assertInteger(`${name}.code`, code, 1000, 4999);
  if (code !== undefined && (reservedCodes.includes(code) || (code > 1014 && code < 3000))) {
    throw rangeError(`${name}.code`, 'a code of a close frame: 1000 to 1003, 1007 to 1014, or 3000 to 4999', code);
  }
  if (reason !== undefined) assertString(`${name}.reason`, reason);
}

function assertStall(name: string, ms: number): void {
  if (ms !== Infinity) assertDelay(name, ms);
}

/** Throws unless an answer is valid, as far as it is of a known form: messages are not checked. */
export function assertLiveAnswer(name: string, answer: unknown): void {
  if (typeof answer === 'string') return;
  if (Array.isArray(answer)) {
    (answer as readonly unknown[]).forEach((step, index) => {
      assertStep(`${name}[${String(index)}]`, step);
    });
    return;
  }
  if (!isObject(answer)) throw typeError(name, 'a text, a list of steps or a turn', answer);
  assertOptions(answer, name);
  const { text, steps, firstDelay, pace } = answer;
  if (text !== undefined) assertString(`${name}.text`, text);
  if (steps !== undefined && !Array.isArray(steps)) throw typeError(`${name}.steps`, 'a list of steps', steps);
  if (steps !== undefined) assertLiveAnswer(`${name}.steps`, steps);
  if (firstDelay !== undefined) assertDelay(`${name}.firstDelay`, firstDelay);
  if (pace !== undefined) assertDelay(`${name}.pace`, pace);
}

function assertStep(name: string, step: unknown): void {
  if (typeof step === 'string') return;
  if (!isObject(step)) throw typeError(name, 'a text, a message or an action', step);
  const { wait, bigFrame, stall, close } = step;
  if (wait !== undefined) assertDelay(`${name}.wait`, wait);
  if (bigFrame !== undefined) assertInteger(`${name}.bigFrame`, bigFrame, 2);
  if (stall !== undefined && stall !== Infinity) assertDelay(`${name}.stall`, stall);
  if (close === undefined) return;
  assertOptions(close, `${name}.close`);
  assertClose(`${name}.close`, close as LiveClose);
}
