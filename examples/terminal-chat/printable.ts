/** Control characters except the line feed and the tab, and characters that reverse the direction of text. */
const controls = /(?![\t\n])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A text that a terminal only prints. A command of a terminal, with which a model could move the cursor, hide text or
 * fill the clipboard, is shown as text: the escape character as `␛`. Idempotent.
 */
export function printable(text: string): string {
  return text.replaceAll('\r', '').replaceAll(controls, (control) => {
    const code = control.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : '�';
  });
}
