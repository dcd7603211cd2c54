import * as emulator from 'rxjs-gemini/emulator-fetch';
import type {
  EmulatorFetch,
  EmulatorFetchOptions,
  EmulatorReply,
  Recording,
  ReplayRecordingOptions,
} from 'rxjs-gemini/emulator-fetch';
import { currentRun } from './currentRun.ts';
import { watchFetch } from './watchFetch.ts';

export { apiError, defaultReply } from 'rxjs-gemini/emulator-fetch';

/** The emulator of a program, whose requests the playground draws. */
export function emulatorFetch(options: EmulatorFetchOptions = {}): EmulatorFetch {
  const fetch = emulator.emulatorFetch(options);
  let isFirst = true;
  const onRequest = (url: string, body: unknown) => {
    if (!isFirst || !/stream|interactions/i.test(url)) return;
    isFirst = false;
    currentRun.observer?.firstRequest(emulator.emulatorFetch(freshOptions(options)), options, url, body);
  };
  const watched = (input: string | URL | Request, init?: RequestInit) => watchFetch(fetch, input, init, onRequest);
  return Object.assign(watched, { requests: fetch.requests, close: () => fetch.close() });
}

/** The recordings of replies, which have a position of their own and so are made anew for the plain SDK. */
const makers = new WeakMap<EmulatorReply, () => EmulatorReply>();

export function replayRecording(recording: Recording | string, options: ReplayRecordingOptions = {}): EmulatorReply {
  const reply = emulator.replayRecording(recording, options);
  makers.set(reply, () => emulator.replayRecording(recording, options));
  return reply;
}

function freshOptions(options: EmulatorFetchOptions): EmulatorFetchOptions {
  const maker = typeof options.reply === 'function' ? makers.get(options.reply) : undefined;
  return maker ? { ...options, reply: maker() } : options;
}
