import { assertOptions, typeError } from '../../rx/assertions.js';
import { isObject } from '../../rx/isObject.js';
import { assertLiveScript } from './assertLiveScripts.js';
import type { LiveStep } from './liveAnswer.js';
import { type LiveFrame, parseLiveRecording } from './liveRecording.js';
import type { LiveConnectionScript, LiveScript } from './liveScript.js';

/** Options of {@link replayLiveRecording}: the fields of a script, except those of its content. @public */
export type ReplayLiveRecordingOptions = Omit<LiveScript, 'start' | 'reply' | 'refuse'>;

/**
 * Makes a script that answers with the recording of a session: the n-th input of the client gets the messages that
 * followed the n-th recorded input, whatever it says. Results of functions do not count: a recorded call waits for them.
 *
 * Messages are sent unchanged, and at `pace`, since the log has no times. After the last recorded message, nothing more
 * is sent. By default, nothing interrupts, and no handles are sent but those of the recording.
 *
 * @param log - The log of a session; see {@link parseLiveRecording}.
 * @param options - See {@link ReplayLiveRecordingOptions}.
 * @returns A script for `live` of `startEmulator` and `fakeGemini`; each connection begins with the first message.
 * @throws TypeError, RangeError - At the call, if the log is malformed or has no frames, or an option is wrong.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 *
 * const log = await readFile('session.websocket.log', 'utf8');
 * const emulator = await startEmulator({ live: replayLiveRecording(log, { pace: 40 }) });
 * ```
 * @public
 */
export function replayLiveRecording(log: string, options: ReplayLiveRecordingOptions = {}): LiveConnectionScript {
  if (typeof log !== 'string') throw typeError('log', 'the text of a log', log);
  assertOptions(options);
  assertLiveScript('options', options);
  const answers = answersIn(parseLiveRecording(log));
  const [start = []] = answers;
  return () => {
    let inputs = 0;
    return {
      interruptedBy: [],
      resumable: false,
      ...options,
      start: { steps: start, turnComplete: false },
      reply: ({ toolResponse }) => {
        if (toolResponse) return undefined;
        inputs += 1;
        const steps = answers[inputs] ?? [];
        return steps.length > 0 ? { steps, turnComplete: false } : undefined;
      },
    };
  };
}

/** The messages of the server before the first input, after the first, and so on. */
function answersIn(frames: readonly LiveFrame[]): LiveStep[][] {
  if (frames.length === 0) throw new TypeError('Expected `log` to have at least one frame, got none');
  const answers: LiveStep[][] = [[]];
  for (const { from, message } of frames) {
    const fields = isObject(message) ? message : {};
    if (from === 'server') {
      // The player answers the setup.
      if (!fields['setupComplete']) answers.at(-1)?.push(typeof message === 'string' ? { frame: message } : fields);
    } else if (!fields['setup'] && !fields['toolResponse']) answers.push([]);
  }
  return answers;
}
