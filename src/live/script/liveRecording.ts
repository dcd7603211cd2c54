import { assertString, typeError } from '../../rx/assertions.js';
import { isObject } from '../../rx/isObject.js';
import { tryParseJson } from '../../rx/tryParseJson.js';

/** One frame of a recorded session. @public */
export interface LiveFrame {
  /** The side that sent the frame. */
  readonly from: 'client' | 'server';
  /** The message, the setup included; a string for a frame that is not JSON. */
  readonly message: unknown;
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();
const newline = '\n';

/**
 * Parses the log of a session: each frame is a line `>59 {"setup":{…}}` of the client or `<27 {"setupComplete":{}}` of
 * the server, with the number of bytes of the frame and its line end. A frame may have several lines.
 *
 * @param log - The text of the log.
 * @returns The frames, in order.
 * @throws TypeError - If the log is not a string, or is malformed.
 * @public
 */
export function parseLiveRecording(log: string): LiveFrame[] {
  assertString('log', log);
  const bytes = encoder.encode(log);
  const frames: LiveFrame[] = [];
  let at = 0;
  while (at < bytes.length) {
    // The longest head is that of a frame of some hundred MB.
    const head = /^([<>])(\d+) /.exec(decoder.decode(bytes.subarray(at, at + 16)));
    const start = at + (head?.[0].length ?? 0);
    const end = start + Number(head?.[2]);
    if (!(end <= bytes.length))
      throw new TypeError(`Expected a frame of a Live session at byte ${String(at)} of the log`);
    const text = decoder.decode(bytes.subarray(start, end)).trimEnd();
    frames.push({ from: head?.[1] === '>' ? 'client' : 'server', message: tryParseJson(text) ?? text });
    at = end;
  }
  return frames;
}

/**
 * Formats frames as the log of a session, which {@link parseLiveRecording} and `replayLiveRecording` read.
 *
 * @param frames - The frames, the setup of the client first.
 * @returns The text of the log.
 * @throws TypeError - If `frames` is not a list.
 * @example
 * ```ts
 * const log = formatLiveRecording([
 *   { from: 'client', message: { setup: { model: 'models/gemini-live-2.5-flash-preview' } } },
 *   { from: 'server', message: { setupComplete: {} } },
 * ]);
 * console.log(log); // >68 {"setup":…
 * ```
 * @public
 */
export function formatLiveRecording(frames: Iterable<LiveFrame>): string {
  if (!Array.isArray(frames) && !(isObject(frames) && Symbol.iterator in frames)) {
    throw typeError('frames', 'a list of frames', frames);
  }
  return Array.from(frames, ({ from, message }) => {
    const text = (typeof message === 'string' ? message : JSON.stringify(message)) + newline;
    return `${from === 'client' ? '>' : '<'}${String(encoder.encode(text).length)} ${text}`;
  }).join('');
}
