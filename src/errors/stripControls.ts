/** Whole terminal commands: colours and the cursor (CSI), titles, links and the clipboard (OSC, DCS, …). */
const terminalCommands = /* @__PURE__ */ new RegExp(
  /* @__PURE__ */ [
    '(?:\\u001B\\[|\\u009B)[0-?]*[ -/]*[@-~]',
    '(?:\\u001B[\\]PX^_]|[\\u0090\\u0098\\u009D-\\u009F])[ -~\\xA0-\\uFFFF]*(?:\\u0007|\\u009C|\\u001B\\\\)',
    '\\u001B[ -/]*[0-Z\\\\^-~]',
  ].join('|'),
  'g',
);

/** Control characters except the tab and the line feed, and characters that reverse the direction of text. */
const controlCharacters = /[^\t\n -~\xA0-\u2029\u202F-\u2065\u206A-\uFFFF]/g;

/**
 * Makes a foreign text safe for a terminal: it cannot move the cursor, hide other text, or set the clipboard. A command
 * that is cut off loses its control characters.
 */
export function stripControls(text: string): string {
  return text.replace(terminalCommands, '').replace(controlCharacters, '');
}
