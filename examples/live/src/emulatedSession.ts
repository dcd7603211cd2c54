import type { LiveInput } from 'rxjs-gemini';
import type { LiveScript, LiveTurn } from 'rxjs-gemini/emulator';
import { VoiceDetector } from './voiceDetector.js';

/**
 * The emulator's side of a session. It understands no speech, but it hears where a voice begins and ends, so that it
 * answers and is interrupted as a model is.
 */
export function emulatedSession(): LiveScript {
  const voice = new VoiceDetector();
  let heard = 0;
  return {
    firstDelay: 300,
    // A little faster than it is heard, so that the page has a reserve.
    pace: 120,
    // Read at each input.
    get interruptedBy() {
      return voice.isSpeaking ? (['audio', 'text'] as const) : (['text'] as const);
    },
    reply({ realtimeInput, clientContent }: LiveInput, { prompt }): LiveTurn | undefined {
      const { audio, audioStreamEnd, text } = realtimeInput ?? {};
      const hasSpoken = (audio && voice.read(audio)) || (audioStreamEnd && voice.end());
      if (hasSpoken) return { ...(heard++ % 2 === 0 ? tour : clock), inputTranscription: heardWords };
      if (text === undefined && clientContent === undefined) return undefined;
      return /\btime\b/i.test(prompt) ? clock : tour;
    },
  };
}

const heardWords = '(You spoke. The emulator does not understand speech.)';

const tour: LiveTurn = {
  text: 'This is an emulator, not a model: it needs no key, and it hums instead of speaking. Interrupt it whenever you like, with your voice or with a text: it stops in the middle of a word, and what has not been played is dropped. Ask for the time, and it calls a function that runs in this page. Press Stop, and the session, the microphone and the sound are closed. Set GEMINI_API_KEY and start the server again for a real answer.',
};

/** Asks the page for the time, and waits for the result. */
const clock: LiveTurn = {
  steps: [
    { toolCall: { functionCalls: [{ name: 'getTime', args: {} }] } },
    'I have asked ',
    'your page for the time, ',
    'and it has answered. ',
    'A model would ',
    'read it to you.',
  ],
};
