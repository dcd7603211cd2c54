import { describe, expect, it } from 'vitest';
import { GeminiError } from '../../src/errors/geminiError.js';
import { stripControls } from '../../src/errors/stripControls.js';

describe('stripControls', () => {
  it.each([
    ['colours', 'a \u001B[31;1mred\u001B[0m b', 'a red b'],
    ['what clears the screen', '\u001B[2J\u001B[1;1Hx', 'x'],
    ['a title', '\u001B]0;title\u0007x', 'x'],
    ['a link', '\u001B]8;;http://host\u001B\\text\u001B]8;;\u001B\\', 'text'],
    ['the clipboard', '\u001B]52;c;aGk=\u0007x', 'x'],
    ['commands of one byte', '\u009B31mred\u009D0;t\u009Cx', 'redx'],
    ['a command that is cut off', 'x\u001B[31', 'x[31'],
    ['a bell, backspaces and returns', 'a\u0007\b\b\rb', 'ab'],
    ['what turns text around', 'user\u202Etxt.exe\u2066x\u2069', 'usertxt.exex'],
    ['tabs and lines, which stay', 'a\tb\nc', 'a\tb\nc'],
    ['other scripts and emoji, which stay', 'שלום مرحبا 漢字 👩‍👩‍👧 é', 'שלום مرحبا 漢字 👩‍👩‍👧 é'],
  ])('removes %s', (_, text, left) => {
    expect(stripControls(text)).toBe(left);
    expect(stripControls(stripControls(text))).toBe(left);
  });

  it('is applied to the message and the stack of an error', () => {
    const error = new GeminiError('no \u001B[2Jmore', { kind: 'server', cause: new Error('\u001B]0;x\u0007') });
    expect(error.message).toBe('no more');
    expect(`${error.stack ?? ''}${String((error.cause as Error).stack)}`).not.toContain('\u001B');
  });
});
