import { Modality, type LiveConnectConfig } from '@google/genai';

/** The model of the sessions. */
export const model = process.env['GEMINI_LIVE_MODEL'] ?? 'gemini-live-2.5-flash-preview';

/** The configuration of the page's sessions. The token holds it, so that a page cannot choose another one. */
export const config: LiveConnectConfig = {
  responseModalities: [Modality.AUDIO],
  // Without these, the page has no words to show.
  inputAudioTranscription: {},
  outputAudioTranscription: {},
  // Without it, a session of a locked token could not continue on another connection.
  sessionResumption: {},
  systemInstruction: 'You speak with a visitor of a web page. Answer in a few short sentences.',
  // The page runs it.
  tools: [{ functionDeclarations: [{ name: 'getTime', description: 'Returns the local time of the visitor.' }] }],
};
