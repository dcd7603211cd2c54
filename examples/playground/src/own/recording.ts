import { lines, client, noKey } from '../scenes/program.ts';

/** A recording that a visitor opened. */
export interface OwnRecording {
  readonly name: string;
  readonly text: string;
}

/** The program that plays a recording, and the file with its text. */
export function recordingProgram({ text }: OwnRecording): { body: string; files: Record<string, string> } {
  const isExchanges = parsesWhole(text);
  const recorded = isExchanges ? text : JSON.stringify(text);
  const isInteraction = text.includes('"event_type"') || text.includes('\\"event_type\\"');
  const source = isInteraction
    ? "fromInteraction(ai, { model: 'gemini-2.5-flash', input: 'The recorded question' })"
    : "fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'The recorded question' })";
  const body = lines(
    "import { recording } from './recording.js';",
    ' ',
    noKey,
    'const fetch = emulatorFetch({ reply: replayRecording(recording) });',
    client,
    ' ',
    `export const view$ = ${source}.pipe(classifyErrors());`,
  );
  return { body, files: { 'recording.js': `export const recording = ${recorded};\n` } };
}

/** Whether the text is one JSON object with HTTP exchanges, not one JSON object a line. */
function parsesWhole(text: string): boolean {
  try {
    const value = JSON.parse(text) as { readonly exchanges?: unknown };
    return Array.isArray(value.exchanges);
  } catch {
    return false;
  }
}
